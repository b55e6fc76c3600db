// Generalised advantage estimation: per-token rewards and values go in, whitened advantages and returns come out.

import type { Baseline } from "../config";
import { maskedMean, maskedVariance } from "../loss/maskedMoments";
import { baselineValues } from "./baseline";

export interface AdvantageInputs {
  /** [batch, columns] value head at position t, the state before token t + 1. */
  readonly values: Float32Array;
  /** [batch, columns] */
  readonly rewards: Float32Array;
  /** [batch, columns], 1 on response columns. */
  readonly mask: Float32Array;
  readonly batch: number;
  readonly gamma: number;
  readonly lam: number;
  readonly whitenRewards: boolean;
  /** Leave what whitening put into columns outside the mask, from where it leaks into short responses (quirk Q7). */
  readonly noRemaskAfterWhitening: boolean;
  readonly baseline: Baseline;
}

/** All [batch, columns]. Outside the mask advantages and returns hold what the recursion leaves there; no loss reads it. */
export interface Advantages {
  /** What the advantages are measured against, masked: the value head's values, or those of another baseline (baseline.ts). */
  readonly values: Float32Array;
  /** Whitened over the whole batch. */
  readonly advantages: Float32Array;
  /** Unwhitened advantages plus values. */
  readonly returns: Float32Array;
}

/** Added to a variance before its root. */
const VARIANCE_EPSILON = 1e-8;

/**
 * delta_t = R_t + gamma V_(t+1) - V_t; A_t = delta_t + gamma lam A_(t+1); returns = A + V; A whitened over all mask ones
 * (Schulman et al. 2015, eq. 16; fact sheet 5.6). A batch with a single response token has no variance: the reference turns
 * NaN there (quirk Q24), here the deviation from the mean, which is 0, stays 0.
 */
export function computeAdvantages(inputs: AdvantageInputs): Advantages {
  const { values, advantages, returns } = unwhitenedAdvantages(inputs);
  return { values, advantages: whiten(advantages, inputs.mask, false), returns };
}

/** The same before the advantages are whitened. */
export function unwhitenedAdvantages(inputs: AdvantageInputs): Advantages {
  const { mask, batch, gamma, lam } = inputs;
  const columns = mask.length / batch;
  let rewards = multiply(inputs.rewards, mask);
  if (inputs.whitenRewards) {
    const whitened = whiten(rewards, mask, true);
    rewards = inputs.noRemaskAfterWhitening ? whitened : multiply(whitened, mask);
  }
  const values = baselineValues(inputs.baseline, { values: multiply(inputs.values, mask), rewards, mask, batch, gamma });
  const advantages = new Float32Array(mask.length);
  for (let row = 0; row < batch; row++) {
    let following = 0;
    let nextValue = 0;
    for (let i = (row + 1) * columns - 1; i >= row * columns; i--) {
      const value = values[i] as number;
      following = (rewards[i] as number) + gamma * nextValue - value + gamma * lam * following;
      advantages[i] = following;
      nextValue = value;
    }
  }
  const returns = advantages.map((advantage, i) => advantage + (values[i] as number));
  return { values, advantages, returns };
}

function multiply(x: Float32Array, mask: Float32Array): Float32Array {
  return x.map((value, i) => (mask[i] === 0 ? 0 : value));
}

/** (x - mean) / sqrt(variance + eps) at every column, with masked moments; the mean is added back when `keepMean`. */
function whiten(x: Float32Array, mask: Float32Array, keepMean: boolean): Float32Array {
  const mean = maskedMean(x, mask);
  const variance = maskedVariance(x, mask);
  const deviation = Math.sqrt((Number.isNaN(variance) ? 0 : variance) + VARIANCE_EPSILON);
  const offset = keepMean ? mean : 0;
  return x.map((value) => (value - mean) / deviation + offset);
}
