// Generalised advantage estimation of one token, unrolled: what its recursion takes from the token behind it.

import type { LabConfig } from "../../src/config";
import type { StepData } from "../run/stepData";
import type { TokenNumbers } from "../lenses/tokenAt";

export type GaeOptions = Pick<LabConfig, "gamma" | "lam" | "ppoWhitenRewards">;

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
export function gaeRow({ scoring, credit }: TokenNumbers, { gamma, lam, ppoWhitenRewards }: GaeOptions): GaeRow | null {
  if (scoring === null || credit === null) return null;
  const { value, nextValue, rawAdvantage, nextRawAdvantage, ret, advantage } = credit;
  const carried = gamma * lam * nextRawAdvantage;
  const delta = rawAdvantage - carried;
  return {
    // Whitened rewards are not recorded; the recursion tells them.
    reward: ppoWhitenRewards ? delta - gamma * nextValue + value : scoring.reward,
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
  const tokens: { raw: number; whitened: number }[] = [];
  let count = 0;
  scoring.mask.forEach((mask, i) => {
    if (mask === 0) return;
    count++;
    const raw = (credit.returns[i] ?? Number.NaN) - (credit.values[i] ?? Number.NaN);
    if (!Number.isNaN(raw)) tokens.push({ raw, whitened: credit.advantages[i] ?? Number.NaN });
  });
  if (tokens.length < count || count === 0) return momentsFromTwo(tokens);
  const mean = tokens.reduce((sum, { raw }) => sum + raw, 0) / count;
  const squares = tokens.reduce((sum, { raw }) => sum + (raw - mean) ** 2, 0);
  return { mean, deviation: count < 2 ? 0 : Math.sqrt(squares / (count - 1)) };
}

/** Whitening is one straight line for the whole batch: of a record kept in part, its two farthest tokens tell it. */
function momentsFromTwo(tokens: readonly { readonly raw: number; readonly whitened: number }[]): Moments | null {
  const ordered = tokens.toSorted((a, b) => a.raw - b.raw);
  const [low, high] = [ordered[0], ordered.at(-1)];
  if (low === undefined || high === undefined || !(high.whitened > low.whitened)) return null;
  const deviation = (high.raw - low.raw) / (high.whitened - low.whitened);
  return { mean: low.raw - deviation * low.whitened, deviation };
}
