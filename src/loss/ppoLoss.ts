// PPO's clipped policy and value losses on one minibatch: per-token outputs of the network go in, statistics and
// gradients with respect to those outputs come out.

import { exp } from "../elementary";
import { ShapeError } from "../errors";
import type { PpoLossHead, PpoLossResult } from "./lossHead";
import { maskedMean, maskedVariance } from "./maskedMoments";

/** What the network says about a minibatch; every array [batch, seq - 1]. */
export interface PpoLossInputs {
  /** log-probability of token t + 1; columns that were not computed hold 0. */
  readonly logprobs: Float32Array;
  /** Value head at position t. */
  readonly values: Float32Array;
  /** Entropy of the next-token distribution, nats; needed where mask is 1. */
  readonly entropies: Float32Array;
}

/** The loss with its gradients: `dLogprobs`, `dValues` [batch, seq - 1] = dTotal / d(input), 0 where mask is 0. */
export interface PpoLossOutputs {
  readonly result: PpoLossResult;
  readonly dLogprobs: Float32Array;
  readonly dValues: Float32Array;
}

/**
 * Clipped surrogate plus clipped value loss (Schulman et al. 2017, eq. 7 and 9 without the entropy bonus; fact sheet 5.8).
 *
 *   rho = exp(logprob - oldLogprob)
 *   policy = mean of max(-A rho, -A clip(rho, 1 - eps, 1 + eps))
 *   value = 1/2 mean of max((V - G)^2, (clip(V, Vold - c, Vold + c) - G)^2)
 *   total = policy + vfCoef * value
 *
 * All means are over mask ones. When the mean ratio exceeds `ratioThreshold`, losses and gradients are 0.
 * Ratios are given at every column when `allColumns`, else 0 outside the mask.
 * @throws ShapeError when the arrays differ in length.
 */
export function ppoLoss(head: PpoLossHead, inputs: PpoLossInputs): PpoLossOutputs {
  const { mask, oldLogprobs, oldValues, advantages, returns, cliprange, cliprangeValue } = head;
  const { logprobs, values, entropies } = inputs;
  const size = mask.length;
  for (const [name, array] of Object.entries({ oldLogprobs, oldValues, advantages, returns, logprobs, values, entropies }))
    if (array.length !== size)
      throw new ShapeError(
        `PPO loss: expected ${name} with ${size} elements like the mask, got ${array.length}. Pass arrays of one minibatch.`,
      );

  let count = 0;
  for (let i = 0; i < size; i++) count += mask[i] as number;

  const ratio = new Float32Array(size);
  const dLogprobs = new Float32Array(size);
  const dValues = new Float32Array(size);
  let policySum = 0;
  let valueSum = 0;
  let errorSum = 0;
  let policyClipped = 0;
  let valueClipped = 0;
  let ratioSum = 0;
  let squaredLogRatioSum = 0;
  let logRatioSum = 0;

  for (let i = 0; i < size; i++) {
    const masked = mask[i] === 0;
    if (masked && !head.allColumns) continue;
    const logRatio = (logprobs[i] as number) - (oldLogprobs[i] as number);
    const rho = exp(logRatio);
    ratio[i] = rho;
    if (masked) continue;
    ratioSum += rho;
    logRatioSum += logRatio;
    squaredLogRatioSum += logRatio * logRatio;

    const advantage = advantages[i] as number;
    const clippedRho = Math.min(Math.max(rho, 1 - cliprange), 1 + cliprange);
    const surrogate = -advantage * rho;
    const clippedSurrogate = -advantage * clippedRho;
    policySum += Math.max(surrogate, clippedSurrogate);
    if (clippedSurrogate > surrogate) policyClipped++;
    else dLogprobs[i] = surrogate / count; // d rho / d logprob = rho

    const value = values[i] as number;
    const oldValue = oldValues[i] as number;
    const target = returns[i] as number;
    const clippedValue = Math.min(Math.max(value, oldValue - cliprangeValue), oldValue + cliprangeValue);
    const squaredError = (value - target) * (value - target);
    const clippedSquaredError = (clippedValue - target) * (clippedValue - target);
    errorSum += squaredError;
    valueSum += Math.max(squaredError, clippedSquaredError);
    if (clippedSquaredError > squaredError) valueClipped++;
    else dValues[i] = (head.vfCoef * (value - target)) / count;
  }

  const meanRatio = ratioSum / count;
  const skipped = meanRatio > head.ratioThreshold;
  if (skipped) {
    dLogprobs.fill(0);
    dValues.fill(0);
  }
  const policy = skipped ? 0 : policySum / count;
  const value = skipped ? 0 : valueSum / count / 2;
  return {
    dLogprobs,
    dValues,
    result: {
      kind: "ppo",
      ratio,
      newLogprobs: logprobs.slice(),
      newValues: values.slice(),
      meanRatio,
      skipped,
      stats: {
        "loss/policy": policy,
        "loss/value": value,
        "loss/total": policy + head.vfCoef * value,
        "policy/entropy": maskedMean(entropies, mask),
        "policy/approxkl": squaredLogRatioSum / count / 2,
        "policy/policykl": -logRatioSum / count,
        "policy/clipfrac": policyClipped / count,
        "policy/advantages_mean": maskedMean(advantages, mask),
        "returns/mean": maskedMean(returns, mask),
        "returns/var": maskedVariance(returns, mask),
        "val/vpred": maskedMean(values, mask),
        "val/error": errorSum / count,
        "val/clipfrac": valueClipped / count,
        "val/mean": maskedMean(oldValues, mask),
        "val/var": maskedVariance(oldValues, mask),
      },
    },
  };
}
