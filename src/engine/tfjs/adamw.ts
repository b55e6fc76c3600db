// AdamW on tfjs variables: accumulated gradients and moments go in, moved parameters come out (fact sheet 5.9).

import * as tf from "@tensorflow/tfjs-core";
import { pow } from "../../elementary";
import type { AdamWStep } from "../engine";
import type { DecayGroup } from "../layout";

/** One trained parameter with everything the optimizer keeps for it; all of one shape. */
export interface TrainedParameter {
  readonly name: string;
  readonly decayGroup: DecayGroup;
  readonly value: tf.Variable;
  readonly gradient: tf.Variable;
  readonly firstMoment: tf.Variable;
  readonly secondMoment: tf.Variable;
}

/**
 * theta <- theta (1 - lr wd); m <- b1 m + (1 - b1) g; v <- b2 v + (1 - b2) g^2;
 * theta <- theta - lr (m / (1 - b1^k)) / (sqrt(v / (1 - b2^k)) + eps)   (Loshchilov and Hutter 2019, algorithm 2)
 * @param clipCoefficient factor on every gradient
 * @param k number of this step, from 1
 */
export function adamwStep(parameters: readonly TrainedParameter[], step: AdamWStep, clipCoefficient: number, k: number): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = step;
  const firstCorrection = 1 - pow(beta1, k);
  const secondCorrection = 1 - pow(beta2, k);
  for (const { decayGroup, value, gradient, firstMoment, secondMoment } of parameters) {
    const g = tf.mul(gradient, clipCoefficient);
    firstMoment.assign(tf.add(tf.mul(firstMoment, beta1), tf.mul(g, 1 - beta1)));
    secondMoment.assign(tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(g), 1 - beta2)));
    const direction = tf.div(tf.div(firstMoment, firstCorrection), tf.add(tf.sqrt(tf.div(secondMoment, secondCorrection)), epsilon));
    value.assign(tf.sub(tf.mul(value, 1 - learningRate * weightDecay[decayGroup]), tf.mul(direction, learningRate)));
  }
}

/** Sum of squares of every parameter's gradient; an infinity or NaN in a gradient shows in its sum. [parameters] */
export function squaredNorms(parameters: readonly TrainedParameter[]): tf.Tensor1D {
  return tf.stack(parameters.map(({ gradient }) => tf.sum(tf.square(gradient)))) as tf.Tensor1D;
}
