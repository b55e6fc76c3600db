// Statistics of a whole step against the reference's record_step_stats.

import { describe, expect, it } from "vitest";
import { takeColumns } from "../../src/engine/tokenBatch";
import { ppoLoss } from "../../src/loss/ppoLoss";
import { sampledKl } from "../../src/ppo/klPenalty";
import { computeRewards } from "../../src/ppo/rewards";
import { computeStatistics, evaluationStatistics } from "../../src/ppo/statistics";
import type { MinibatchRecord } from "../../src/records";
import { COLUMNS, flat, golden, inputs, KL_COEF, largestDifference, VOCAB } from "./goldenUnits";

const gae = golden.rewards_gae["kl|whiten=False"];
const entropies = Float32Array.from({ length: inputs.mask.length }, (_, column) => {
  let entropy = 0;
  for (let v = column * VOCAB; v < (column + 1) * VOCAB; v++)
    entropy -= Math.exp(inputs.distribution[v] as number) * (inputs.distribution[v] as number);
  return entropy;
});

/** The golden step: two minibatches of two rows each. */
function minibatch(index: number): MinibatchRecord {
  const rows = Int32Array.of(2 * index, 2 * index + 1);
  const take = (array: Float32Array) => takeColumns(array, rows, COLUMNS);
  const { result } = ppoLoss(
    {
      kind: "ppo",
      mask: take(inputs.mask),
      oldLogprobs: take(inputs.logprobs),
      oldValues: take(flat(gae.values)),
      advantages: take(flat(gae.advantages)),
      returns: take(flat(gae.returns)),
      cliprange: 0.2,
      cliprangeValue: 0.2,
      vfCoef: 0.1,
      ratioThreshold: 10,
      allColumns: true,
    },
    { logprobs: take(flat(golden.loss.new_logprobs)), values: take(flat(golden.loss.vpreds)), entropies: take(entropies) },
  );
  const { kind: _, ...rest } = result;
  return { epoch: 0, index, rows, ...rest, gradNorm: index === 1 ? 2.5 : null };
}

const kl = sampledKl("kl", inputs.logprobs, inputs.refLogprobs);
const { nonScoreRewards } = computeRewards({ kl, mask: inputs.mask, scores: inputs.scores, klCoef: KL_COEF });
const lists = (lengths: readonly number[]) => lengths.map((length, i) => new Int32Array(length).fill(i === 3 ? 0 : i));
const { stats, vectors } = computeStatistics({
  queries: lists(golden.record_step_stats["tokens/queries_dist"]),
  responses: lists(golden.record_step_stats["tokens/responses_dist"]),
  rawScores: inputs.scores,
  scores: inputs.scores,
  gold: { gold: Float32Array.of(0, 1, 0.5, 0.5), parts: { sentiment: Float32Array.of(1, 1, 0, 0) } },
  mask: inputs.mask,
  logprobs: inputs.logprobs,
  refLogprobs: inputs.refLogprobs,
  kl,
  nonScoreRewards,
  advantages: flat(gae.advantages),
  klCoef: KL_COEF,
  learningRate: 3e-4,
  minibatches: [minibatch(0), minibatch(1)],
  baselines: {
    valueHead: { advantages: inputs.mask, variance: 0.5 },
    batchMean: { advantages: inputs.mask, variance: 0.75 },
    none: { advantages: inputs.mask, variance: 1.5 },
  },
});

describe("computeStatistics", () => {
  it.each(Object.entries(golden.record_step_stats))("%s", (key, expected) => {
    const recorded = flat(expected);
    const ours = vectors[key] ?? [stats[key] as number];
    expect(largestDifference(ours, recorded)).toBeLessThan(2e-6);
  });

  it("adds what TRL logs and the lab's own", () => {
    expect(stats["ppo/learning_rate"]).toBe(3e-4);
    expect(stats["env/reward_mean"]).toBeCloseTo(0.65, 6);
    expect(stats["env/reward_std"]).toBeCloseTo(1.0908712, 6);
    expect(vectors["env/reward_dist"]).toEqual(inputs.scores);
    expect(stats["lab/gold"]).toBe(0.5);
    expect(stats["lab/gold_sentiment"]).toBe(0.5);
    expect(stats["lab/grad_norm"]).toBe(2.5);
    expect(stats["lab/distinct_responses"]).toBe(4);
    const variances = ["value_head", "batch_mean", "none"].map((name) => stats[`lab/advantage_variance/${name}`]);
    expect(variances).toEqual([0.5, 0.75, 1.5]);
  });

  it("names the means of an evaluation by set; without a judge there is no gold", () => {
    const figures = { responseLength: 4, queryTexts: [], responseTexts: [], scores: new Float32Array(), verdicts: null };
    const heldout = { ...figures, gold: 0.5, goldParts: { sentiment: 0.25 }, proxy: 2, kl: 0.125 };
    const hard = { ...figures, gold: null, goldParts: {}, proxy: 1, kl: 0.5 };
    expect(evaluationStatistics({ stepsDone: 3, heldout, hard })).toEqual({
      "lab/eval/heldout/gold": 0.5,
      "lab/eval/heldout/gold_sentiment": 0.25,
      "lab/eval/heldout/proxy": 2,
      "lab/eval/heldout/response_length": 4,
      "lab/eval/heldout/kl": 0.125,
      "lab/eval/hard/proxy": 1,
      "lab/eval/hard/response_length": 4,
      "lab/eval/hard/kl": 0.5,
    });
  });
});
