// Generalised advantage estimation of one token, unrolled: what its recursion takes from the token behind it.

import type { StepData } from "../run/stepData";
import type { TokenNumbers } from "../lenses/tokenAt";

/** delta = R + gamma V_next - V; A = delta + gamma lam A_next; G = A + V. */
export interface GaeRow {
  /** As the recursion used it: whitened when rewards are. */
  readonly reward: number;
  readonly value: number;
  readonly nextValue: number;
  readonly delta: number;
  readonly nextAdvantage: number;
  /** gamma lam A_next */
  readonly carried: number;
  /** Before whitening. */
  readonly advantage: number;
  readonly ret: number;
  readonly whitened: number;
}

/** null before advantages are known. */
export function gaeRow(token: TokenNumbers, gamma: number, lam: number): GaeRow | null {
  if (token.credit === null) return null;
  const { value, nextValue, rawAdvantage, nextRawAdvantage, ret, advantage } = token.credit;
  const carried = gamma * lam * nextRawAdvantage;
  const delta = rawAdvantage - carried;
  return {
    reward: delta - gamma * nextValue + value,
    value,
    nextValue,
    delta,
    nextAdvantage: nextRawAdvantage,
    carried,
    advantage: rawAdvantage,
    ret,
    whitened: advantage,
  };
}

export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Of the advantages before whitening over all response tokens of the batch: whitening takes off the one and divides by the other. */
export function advantageMoments({ scoring, credit }: StepData): Moments | null {
  if (scoring === null || credit === null) return null;
  const raw: number[] = [];
  scoring.mask.forEach((mask, i) => {
    if (mask !== 0) raw.push((credit.returns[i] ?? Number.NaN) - (credit.values[i] ?? Number.NaN));
  });
  const mean = raw.reduce((sum, x) => sum + x, 0) / raw.length;
  const squares = raw.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, deviation: raw.length < 2 ? 0 : Math.sqrt(squares / (raw.length - 1)) };
}
