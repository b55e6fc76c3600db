// Counter-based randomness: a number depends only on its key, never on call order, so every engine draws the same.
// Hash: PCG-RXS-M-XS output permutation (O'Neill 2014), chained over the words of the key.

import { log } from "./elementary";

/** Purposes that must never share random numbers. */
export const Stream = {
  sample: 1,
  shuffle: 2,
  permutation: 3,
  init: 4,
  dropout: 5,
  corpus: 6,
  preference: 7,
} as const;
export type Stream = (typeof Stream)[keyof typeof Stream];

/** One PCG step on an unsigned 32-bit word. */
export function pcg(word: number): number {
  const state = (Math.imul(word, 747796405) + 2891336453) | 0;
  const shifted = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737);
  return ((shifted >>> 22) ^ shifted) >>> 0;
}

/** Hash of a key: `pcg(k_n ^ pcg(k_(n-1) ^ ... pcg(k_0)))`. Extend a prefix with `pcg(prefix ^ word)`. */
export function hashKey(...words: readonly number[]): number {
  let hash = 0;
  for (const word of words) hash = pcg((hash ^ word) | 0);
  return hash;
}

/**
 * A hash as a uniform number in the open interval (0, 1): (floor(hash / 2^9) + 0.5) / 2^23.
 * 23 bits plus the half fit a float32 exactly, so a GPU gets the same bits.
 */
export function uniformFromHash(hash: number): number {
  return ((hash >>> 9) + 0.5) * 1.1920928955078125e-7;
}

/** Standard Gumbel noise from a hash: -log(-log(u)). */
export function gumbelFromHash(hash: number): number {
  return -log(-log(uniformFromHash(hash)));
}

/** A sequential source on top of the counter: draw `n` is keyed by (key, n). */
export class RandomSource {
  private readonly prefix: number;
  private counter = 0;
  constructor(...key: readonly number[]) {
    this.prefix = hashKey(...key);
  }
  /** Uniform in (0, 1). */
  uniform(): number {
    return uniformFromHash(pcg((this.prefix ^ this.counter++) | 0));
  }
  /** Uniform integer in [0, bound). */
  below(bound: number): number {
    return Math.min(bound - 1, Math.floor(this.uniform() * bound));
  }
  /** Standard normal (sum of twelve uniforms minus six: no transcendental, good to +-6 sigma). */
  normal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.uniform();
    return sum;
  }
  /** A uniformly random order of 0..n-1 (Fisher-Yates). */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = order[i] as number;
      order[i] = order[j] as number;
      order[j] = kept;
    }
    return order;
  }
}
