// Drift from the reference policy per token, in the four kinds of `klPenalty` (fact sheet 5.4).

import type { KlPenalty } from "../config";
import { exp } from "../elementary";

/** Kinds that need the log-probability of the sampled token only. */
export type SampledKlPenalty = Exclude<KlPenalty, "full">;

/** With d = logprob - refLogprob: `kl` d, `abs` |d|, `mse` d^2 / 2. All arrays alike, e.g. [batch, seq - 1]. */
export function sampledKl(kind: SampledKlPenalty, logprobs: Float32Array, refLogprobs: Float32Array): Float32Array {
  return logprobs.map((logprob, i) => {
    const d = logprob - (refLogprobs[i] as number);
    switch (kind) {
      case "kl":
        return d;
      case "abs":
        return Math.abs(d);
      case "mse":
        return (d * d) / 2;
    }
  });
}

/**
 * `full`: KL(policy || reference) = sum over the vocabulary of p (log p - log pRef), nats.
 * @param distribution [columns, vocab] log-probabilities of the policy; columns that were not computed hold 0 throughout
 * @param refDistribution the same of the reference
 * @returns [columns]; 0 where both were not computed
 */
export function fullKl(distribution: Float32Array, refDistribution: Float32Array, vocabSize: number): Float32Array {
  const kl = new Float32Array(distribution.length / vocabSize);
  for (let column = 0; column < kl.length; column++) {
    let sum = 0;
    for (let i = column * vocabSize; i < (column + 1) * vocabSize; i++) {
      const logp = distribution[i] as number;
      const difference = logp - (refDistribution[i] as number);
      if (difference !== 0) sum += exp(logp) * difference;
    }
    kl[column] = sum;
  }
  return kl;
}
