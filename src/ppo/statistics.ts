// Statistics of one PPO step under TRL's keys (fact sheet 5.11), plus the lab's own under `lab/`.

import { maskedMean } from "../loss/maskedMoments";
import type { PpoLossStats } from "../loss/lossHead";
import type { EvaluationRecord, GoldScores, MinibatchRecord, ScalarStats } from "../records";
import type { compareBaselines } from "./baselineComparison";

export interface StatisticsInputs {
  readonly queries: readonly Int32Array[];
  readonly responses: readonly Int32Array[];
  /** [batch], from the reward model. */
  readonly rawScores: Float32Array;
  /** [batch], after scaling and clipping. */
  readonly scores: Float32Array;
  readonly gold: GoldScores | null;
  /** Per-token arrays [batch, columns]. */
  readonly mask: Float32Array;
  readonly logprobs: Float32Array;
  readonly refLogprobs: Float32Array;
  readonly kl: Float32Array;
  readonly nonScoreRewards: Float32Array;
  /** Whitened, masked-out columns included. */
  readonly advantages: Float32Array;
  readonly klCoef: number;
  readonly learningRate: number;
  readonly minibatches: readonly MinibatchRecord[];
  readonly baselines: ReturnType<typeof compareBaselines>;
}

export interface Statistics {
  readonly stats: ScalarStats;
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

const MAX_FLOAT32 = 3.4028234663852886e38;

/** Minibatch statistics are averaged over minibatches without weights, whatever number of tokens each holds. */
export function computeStatistics(inputs: StatisticsInputs): Statistics {
  const { mask, rawScores, scores, gold, minibatches, baselines } = inputs;
  const batch = scores.length;
  const columns = mask.length / batch;
  const klDist = rowSums(inputs.kl, mask, batch);
  const surprisal = rowSums(inputs.logprobs, mask, batch).map((sum) => -sum);
  const queryLengths = Float32Array.from(inputs.queries, (query) => query.length);
  const responseLengths = Float32Array.from(inputs.responses, (response) => response.length);
  const averaged = averageOverMinibatches(minibatches);
  const gradNorms = minibatches.map(({ gradNorm }) => gradNorm).filter((norm) => norm !== null);

  const stats: Record<string, number> = {
    "objective/kl": mean(klDist),
    "objective/kl_coef": inputs.klCoef,
    "objective/entropy": mean(surprisal),
    "ppo/mean_non_score_reward": maskedMean(inputs.nonScoreRewards, mask),
    "ppo/mean_scores": mean(scores),
    "ppo/std_scores": standardDeviation(scores),
    "tokens/queries_len_mean": mean(queryLengths),
    "tokens/queries_len_std": standardDeviation(queryLengths),
    "tokens/responses_len_mean": mean(responseLengths),
    "tokens/responses_len_std": standardDeviation(responseLengths),
    ...averaged,
    "ppo/val/var_explained": 1 - (averaged["ppo/val/error"] as number) / (averaged["ppo/returns/var"] as number),
    "ppo/learning_rate": inputs.learningRate,
    "env/reward_mean": mean(rawScores),
    "env/reward_std": standardDeviation(rawScores),
    "lab/distinct_responses": new Set(inputs.responses.map((response) => response.join(" "))).size,
    "lab/grad_norm": mean(gradNorms),
    "lab/advantage_variance/value_head": baselines.valueHead.variance,
    "lab/advantage_variance/batch_mean": baselines.batchMean.variance,
    "lab/advantage_variance/none": baselines.none.variance,
  };
  if (gold) {
    stats["lab/gold"] = mean(gold.gold);
    const agreement = correlation(rawScores, gold.gold);
    if (agreement !== null) stats["lab/proxy_gold_correlation"] = agreement;
    for (const [part, values] of Object.entries(gold.parts)) stats[`lab/gold_${part}`] = mean(values);
  }
  return {
    stats,
    vectors: {
      "objective/kl_dist": klDist,
      "objective/logprobs": inputs.logprobs,
      "objective/ref_logprobs": inputs.refLogprobs,
      "ppo/policy/advantages": minibatchAdvantages(inputs.advantages, minibatches, columns),
      "ppo/policy/ratio": minibatchRatios(minibatches),
      "tokens/queries_dist": queryLengths,
      "tokens/responses_dist": responseLengths,
      "env/reward_dist": rawScores,
    },
  };
}

/** The means of an evaluation: `lab/eval/heldout/gold`, `lab/eval/hard/kl` and so on. */
export function evaluationStatistics({ heldout, hard }: EvaluationRecord): ScalarStats {
  const stats: Record<string, number> = {};
  for (const [set, figures] of Object.entries({ heldout, hard })) {
    const { gold, goldParts, proxy, responseLength, kl } = figures;
    if (gold !== null) stats[`lab/eval/${set}/gold`] = gold;
    for (const [part, value] of Object.entries(goldParts)) stats[`lab/eval/${set}/gold_${part}`] = value;
    stats[`lab/eval/${set}/proxy`] = proxy;
    stats[`lab/eval/${set}/response_length`] = responseLength;
    stats[`lab/eval/${set}/kl`] = kl;
  }
  return stats;
}

function averageOverMinibatches(minibatches: readonly MinibatchRecord[]): Record<string, number> {
  const keys = Object.keys(minibatches[0]?.stats ?? {}) as (keyof PpoLossStats)[];
  return Object.fromEntries(keys.map((key) => [`ppo/${key}`, mean(minibatches.map(({ stats }) => stats[key]))]));
}

/** Advantages as the minibatches saw them, one after the other; NaN becomes -1, infinities the largest finite numbers. */
function minibatchAdvantages(advantages: Float32Array, minibatches: readonly MinibatchRecord[], columns: number): Float32Array {
  const rows = minibatches.flatMap((minibatch) => [...minibatch.rows]);
  const flat = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => {
    flat.set(advantages.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return flat.map((a) => (Number.isNaN(a) ? -1 : Math.min(Math.max(a, -MAX_FLOAT32), MAX_FLOAT32)));
}

function minibatchRatios(minibatches: readonly MinibatchRecord[]): Float32Array {
  const flat = new Float32Array(minibatches.reduce((size, { ratio }) => size + ratio.length, 0));
  let place = 0;
  for (const { ratio } of minibatches) {
    flat.set(ratio, place);
    place += ratio.length;
  }
  return flat;
}

/** Masked sum of every row of x [batch, columns]: [batch]. */
function rowSums(x: Float32Array, mask: Float32Array, batch: number): Float32Array {
  const columns = mask.length / batch;
  return Float32Array.from({ length: batch }, (_, row) => {
    let sum = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) if (mask[i] !== 0) sum += x[i] as number;
    return sum;
  });
}

/** Pearson's r; null when one of the two does not vary. */
function correlation(x: Float32Array, y: Float32Array): number | null {
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [(x[i] as number) - meanX, (y[i] as number) - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}

/** NaN of an empty list. */
export function mean(x: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] as number;
  return sum / x.length;
}

/** Unbiased; NaN of a single number. */
function standardDeviation(x: ArrayLike<number>): number {
  const centre = mean(x);
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += ((x[i] as number) - centre) * ((x[i] as number) - centre);
  return Math.sqrt(squares / (x.length - 1));
}
