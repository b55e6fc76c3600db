// What a trained model keeps on tfjs: theta's variables with gradients and moments, and what came in since the last step.

import * as tf from "@tensorflow/tfjs-core";
import type { ModelSpec, Parametrisation } from "../engine";
import type { NamedTensor } from "../layout";
import { thetaSpecs } from "../theta";
import type { TrainedParameter } from "./adamw";
import type { TfjsRuntime } from "./runtime";

/** tfjs wants every variable's name only once per page. */
let modelsMade = 0;

/** Optimizer state and what has been accumulated since the last step. */
export interface Training {
  readonly parameters: readonly TrainedParameter[];
  /** [2]: sum of the losses, number of minibatches that the ratio guard let through. */
  readonly sinceStep: tf.Variable;
  minibatchesSinceStep: number;
  /** Steps taken, k in AdamW's bias correction. */
  steps: number;
}

/** Theta's variables at their first values, everything else at zero. */
export function makeTraining(runtime: TfjsRuntime, { label, config, weights, adapter }: ModelSpec, trainable: Parametrisation): Training {
  const prefix = `${label}-${modelsMade++}`;
  const parameters = runtime.run(() =>
    thetaSpecs(config, trainable).map(({ name, shape, decayGroup }) => {
      const { data } = (adapter?.get(name) ?? weights.get(name)) as NamedTensor;
      const zeros = (kind: string) => tf.variable(tf.zeros([...shape]), false, `${prefix}/${kind}/${name}`);
      return {
        name,
        decayGroup,
        value: tf.variable(runtime.upload(data.slice(), [...shape]), true, `${prefix}/${name}`),
        gradient: zeros("gradient"),
        firstMoment: zeros("firstMoment"),
        secondMoment: zeros("secondMoment"),
      };
    }),
  );
  const sinceStep = runtime.run(() => tf.variable(tf.zeros([2]), false, `${prefix}/sinceStep`));
  return { parameters, sinceStep, minibatchesSinceStep: 0, steps: 0 };
}
