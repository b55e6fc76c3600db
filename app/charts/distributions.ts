// The distributions of one step: which numbers each is made of and over which range they are counted.

import type { LabConfig } from "../../src/config";
import type { MetricKey } from "../help/metrics";
import type { StepData } from "../run/stepData";
import { coveringRange, type Histogram, type HistogramRange, histogram, wholeRange } from "./histogram";

export interface Distribution {
  readonly histogram: Histogram;
  /** Range that the histogram marks, as the clip band. */
  readonly band: readonly [number, number] | null;
  /** Each bin is a whole number. */
  readonly whole: boolean;
}

/** Vector statistics that have a histogram. */
export const DISTRIBUTIONS = [
  "ppo/policy/ratio",
  "ppo/policy/advantages",
  "env/reward_dist",
  "tokens/responses_dist",
  "objective/kl_dist",
  "objective/logprobs",
  "objective/ref_logprobs",
  "tokens/queries_dist",
] as const satisfies readonly MetricKey[];
export type DistributionKey = (typeof DISTRIBUTIONS)[number];

const BINS = 40;
/** The ratio's range reaches so many clip ranges to both sides; bins are a tenth of one, so the band ends on edges. */
const CLIP_RANGES = 2;
const BINS_PER_CLIP_RANGE = 10;
const ADVANTAGES: HistogramRange = { low: -4, high: 4, bins: BINS };

/** null while the step has not come so far. */
export function distributionOf(key: DistributionKey, step: StepData, { cliprange }: Pick<LabConfig, "cliprange">): Distribution | null {
  const values = valuesOf(key, step);
  if (values === null) return null;
  switch (key) {
    case "ppo/policy/ratio": {
      const reach = CLIP_RANGES * cliprange;
      const range = { low: 1 - reach, high: 1 + reach, bins: 2 * CLIP_RANGES * BINS_PER_CLIP_RANGE };
      return { histogram: histogram(values, range), band: [1 - cliprange, 1 + cliprange], whole: false };
    }
    case "ppo/policy/advantages":
      return { histogram: histogram(values, ADVANTAGES), band: null, whole: false };
    case "tokens/responses_dist":
    case "tokens/queries_dist":
      return { histogram: histogram(values, wholeRange(values, BINS)), band: null, whole: true };
    default:
      return { histogram: histogram(values, coveringRange(values, BINS)), band: null, whole: false };
  }
}

/** Per-token numbers are those of response columns only, whatever the records hold elsewhere. */
function valuesOf(key: DistributionKey, { rollout, scoring, credit, minibatches, record }: StepData): readonly number[] | null {
  switch (key) {
    case "ppo/policy/ratio": {
      if (scoring === null || minibatches.length === 0) return null;
      const columns = scoring.seq - 1;
      return minibatches.flatMap(({ rows, ratio }) =>
        Array.from(rows).flatMap((row, i) =>
          unmasked(ratio.subarray(i * columns, (i + 1) * columns), scoring.mask.subarray(row * columns, (row + 1) * columns)),
        ),
      );
    }
    case "ppo/policy/advantages":
      return scoring === null || credit === null ? null : unmasked(credit.advantages, scoring.mask);
    case "objective/logprobs":
      return scoring === null ? null : unmasked(scoring.logprobs, scoring.mask);
    case "objective/ref_logprobs":
      return scoring === null ? null : unmasked(scoring.refLogprobs, scoring.mask);
    case "env/reward_dist":
      return scoring === null ? null : [...scoring.scores];
    case "objective/kl_dist":
      return record === null ? null : [...(record.vectors[key] ?? [])];
    case "tokens/responses_dist":
      return rollout === null ? null : rollout.responses.map(({ length }) => length);
    case "tokens/queries_dist":
      return rollout === null ? null : rollout.queries.map(({ length }) => length);
  }
}

function unmasked(values: Float32Array, mask: Float32Array): number[] {
  const kept: number[] = [];
  for (let i = 0; i < values.length; i++) if (mask[i] !== 0) kept.push(values[i] as number);
  return kept;
}
