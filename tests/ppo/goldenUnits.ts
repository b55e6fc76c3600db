// tests/golden/ppo_units.json with its inputs as flat arrays: 4 rows, 7 columns, vocabulary of 5.

import { log } from "../../src/elementary";
import golden from "../golden/ppo_units.json" with { type: "json" };

export { golden };

export const BATCH = 4;
export const COLUMNS = 7;
export const VOCAB = 5;
export const KL_COEF = 0.2;

/** Nested lists, row by row. */
export function flat(nested: unknown): Float32Array {
  return Float32Array.from([nested].flat(Number.POSITIVE_INFINITY) as number[]);
}

/** log softmax over the last axis of [.., VOCAB] logits. */
export function logSoftmax(logits: Float32Array): Float32Array {
  return logits.map((logit, i) => {
    const first = i - (i % VOCAB);
    let sum = 0;
    for (let v = first; v < first + VOCAB; v++) sum += Math.exp(logits[v] as number);
    return logit - log(sum);
  });
}

export const inputs = {
  logprobs: flat(golden.inputs.logprobs),
  refLogprobs: flat(golden.inputs.ref_logprobs),
  values: flat(golden.inputs.values),
  mask: flat(golden.inputs.mask),
  scores: flat(golden.inputs.scores),
  distribution: logSoftmax(flat(golden.inputs.logits)),
  refDistribution: logSoftmax(flat(golden.inputs.ref_logits)),
};

/** Largest |a - b|; Infinity when lengths differ or a number is NaN. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] as number) - (b[i] as number));
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
