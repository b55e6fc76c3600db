// Baselines: what the advantages are measured against, worked by hand, and a run without a critic.

import { describe, expect, it } from "vitest";
import { computeAdvantages } from "../../src/ppo/advantages";
import { BASELINES, compareBaselines } from "../../src/ppo/baselineComparison";
import { train } from "../../src/ppo/trainer";
import { allEvents, disposeRun, records, tinyConfig, tinyRun, wasmEngine } from "./tinyRun";

// Two rows, three columns, gamma 0.5, lam 0.5 (gamma lam = 0.25); masks [1 1 0], [0 1 1]; rewards 1, 2 | 3, 1.
const given = {
  values: Float32Array.of(4, 6, 9, 9, 2, 0),
  rewards: Float32Array.of(1, 2, 9, 9, 3, 1),
  mask: Float32Array.of(1, 1, 0, 0, 1, 1),
  batch: 2,
  gamma: 0.5,
  lam: 0.5,
  whitenRewards: false,
  noRemaskAfterWhitening: false,
};
const at = (array: Float32Array) => [0, 1, 4, 5].map((i) => array[i] as number);

describe("by hand", () => {
  const compared = compareBaselines(given);

  it("none: discounted rewards alone", () => {
    // A_1 = 2, A_0 = 1 + 0.25 * 2; A_2 = 1, A_1 = 3 + 0.25 * 1. Mean 1.9375, squares add up to 2.796875.
    expect(at(compared.none.advantages)).toEqual([1.5, 2, 3.25, 1]);
    expect(compared.none.variance).toBeCloseTo(2.796875 / 3, 12);
    const { values, returns } = computeAdvantages({ ...given, baseline: "none" });
    expect(at(values)).toEqual([0, 0, 0, 0]);
    expect(at(returns)).toEqual([1.5, 2, 3.25, 1]);
  });

  it("batchMean: the mean reward-to-go at every response token", () => {
    // G = 1 + 0.5 * 2, 2 | 3 + 0.5 * 1, 1; b = 8.5 / 4 = 2.125.
    // Row 0: delta_1 = 2 - b = -0.125; delta_0 = 1 + 0.5 b - b = -0.0625; A_0 = -0.0625 + 0.25 * -0.125.
    // Row 1: delta_2 = 1 - b = -1.125; delta_1 = 3 + 0.5 b - b = 1.9375;  A_1 = 1.9375 + 0.25 * -1.125.
    // Mean 0.078125, squares add up to 4.0087890625.
    expect(at(compared.batchMean.advantages)).toEqual([-0.09375, -0.125, 1.65625, -1.125]);
    expect(compared.batchMean.variance).toBeCloseTo(4.0087890625 / 3, 12);
    const { values } = computeAdvantages({ ...given, baseline: "batchMean" });
    expect([...values]).toEqual([2.125, 2.125, 0, 0, 2.125, 2.125]);
  });

  it("valueHead: as in a PPO step", () => {
    // See rewardsAndAdvantages.test.ts.
    expect(at(compared.valueHead.advantages)).toEqual([-1, -4, 1.25, 1]);
    expect(compared.valueHead.variance).toBeCloseTo(5.890625, 12);
  });
});

it("with gamma = lam = 1 the batch mean only shifts what none gives", () => {
  const { none, batchMean } = compareBaselines({ ...given, gamma: 1, lam: 1 });
  const shifts = at(none.advantages).map((a, i) => a - (at(batchMean.advantages)[i] as number));
  // G = 3, 2 | 4, 1.
  expect(shifts).toEqual([2.5, 2.5, 2.5, 2.5]);
  expect(batchMean.variance).toBeCloseTo(none.variance, 12);
});

it("a value head that knows the returns leaves no variance", () => {
  // One reward at the end, 1 or 3: the value head tells the rows apart, a constant cannot.
  const rewards = Float32Array.of(0, 0, 1, 0, 0, 3);
  const values = Float32Array.of(1, 1, 1, 3, 3, 3);
  const { valueHead, batchMean, none } = compareBaselines({
    ...given,
    rewards,
    values,
    mask: new Float32Array(6).fill(1),
    gamma: 1,
    lam: 0.95,
  });
  expect(valueHead.variance).toBe(0);
  expect(batchMean.variance).toBeGreaterThan(0.5);
  expect(none.variance).toBeGreaterThan(batchMean.variance);
});

describe("a run", () => {
  it.each(BASELINES)("%s: trains the value head only where it is used, and compares all three", async (baseline) => {
    const engine = await wasmEngine();
    const inputs = await tinyRun(engine, { config: tinyConfig({ baseline, maxSteps: 2, summaryDropoutProb: 0 }) });
    const headOf = async () => (await inputs.policy.saveState()).parameters.get("v_head.summary.weight")?.data;
    const before = await headOf();
    const steps = records(await allEvents(train(inputs)));
    if (baseline === "valueHead") expect(await headOf()).not.toEqual(before);
    else expect(await headOf()).toEqual(before);
    for (const { stats, values, rewards, mask, batch } of steps) {
      for (const name of ["value_head", "batch_mean", "none"]) expect(stats[`lab/advantage_variance/${name}`]).toBeGreaterThan(0);
      if (baseline === "none") expect(values.every((value) => value === 0)).toBe(true);
      if (baseline === "batchMean") expect(new Set(values.filter((_, i) => mask[i] === 1)).size).toBe(1);
      const { gamma, lam } = inputs.config;
      const again = compareBaselines({ values, rewards, mask, batch, gamma, lam, whitenRewards: false, noRemaskAfterWhitening: false });
      expect(again.none.variance).toBe(stats["lab/advantage_variance/none"]);
      if (baseline === "valueHead") expect(again.valueHead.variance).toBe(stats["lab/advantage_variance/value_head"]);
    }
    if (baseline !== "valueHead")
      expect(steps[0]?.minibatches.every(({ stats }) => stats["loss/total"] === stats["loss/policy"])).toBe(true);
    disposeRun(inputs);
    engine.dispose();
  });
});
