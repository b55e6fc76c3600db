// Why there is a value head: the rewards and values of one step go in, the advantages against each baseline come out side by side.

import type { Baseline } from "../config";
import { maskedVariance } from "../loss/maskedMoments";
import { type AdvantageInputs, unwhitenedAdvantages } from "./advantages";

export const BASELINES: readonly Baseline[] = ["valueHead", "batchMean", "none"];

/** What one baseline makes of a step. */
export interface BaselineAdvantages {
  /** [batch, columns], before whitening. */
  readonly advantages: Float32Array;
  /** Unbiased, over mask ones, before whitening; NaN of a single response token. */
  readonly variance: number;
}

/**
 * The advantages that the same rewards give against each baseline. A policy gradient is noisy as its advantages vary, so the
 * baseline with the least variance learns from the fewest samples. Whitening, which follows, hides the scale and not the noise.
 * @param inputs as of `computeAdvantages`; `values` are the value head's: those of a StepRecord whose run had a value head
 */
export function compareBaselines(inputs: Omit<AdvantageInputs, "baseline">): Readonly<Record<Baseline, BaselineAdvantages>> {
  const compared = BASELINES.map((baseline): [Baseline, BaselineAdvantages] => {
    const { advantages } = unwhitenedAdvantages({ ...inputs, baseline });
    return [baseline, { advantages, variance: maskedVariance(advantages, inputs.mask) }];
  });
  return Object.fromEntries(compared) as Record<Baseline, BaselineAdvantages>;
}
