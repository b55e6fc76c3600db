// The mean over a batch's responses of their summed drift, which the statistics call objective/kl.

import type { StepData } from "../run/stepData";

/** From the statistics once there are any: a record that was kept in part has not every token's drift. NaN before scoring. */
export function meanResponseKl({ scoring, record }: StepData): number {
  const recorded = record?.stats["objective/kl"];
  if (recorded !== undefined) return recorded;
  if (scoring === null) return Number.NaN;
  const sum = scoring.kl.reduce((total, kl, i) => (scoring.mask[i] === 0 ? total : total + kl), 0);
  return sum / scoring.scores.length;
}
