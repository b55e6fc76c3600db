import { describe, expect, it } from "vitest";
import { epochBatches, stageLearningRate, type StageOptions, stageSteps } from "../../src/pretrain/schedule";

const options: StageOptions = { seed: 3, epochs: 2, batchSize: 4, learningRate: 0.01, warmupSteps: 5, weightDecay: 0, maxGradNorm: 1 };

describe("the schedule of a supervised stage", () => {
  it("counts whole batches only", () => {
    expect(stageSteps(options, 11)).toBe(4);
  });

  it("warms up linearly, peaks, and ends at a hundredth", () => {
    const rate = (step: number) => stageLearningRate(options, step, 105);
    expect([0, 1, 4].map(rate)).toEqual([0.002, 0.004, 0.01]);
    expect(rate(5)).toBeCloseTo(0.01, 12);
    // half way through the cosine: 0.01 + 0.99 / 2 of the peak
    expect(rate(55)).toBeCloseTo(0.00505, 12);
    expect(rate(105)).toBeCloseTo(0.0001, 12);
  });

  it("visits every example of the whole batches once per epoch, in another order each epoch", () => {
    const lengths = Array.from({ length: 203 }, (_, i) => (i * 37) % 11);
    const visits = [0, 1].map((epoch) => epochBatches(options, epoch, lengths));
    for (const batches of visits) {
      expect(batches).toHaveLength(50);
      expect(batches.every((batch) => batch.length === 4)).toBe(true);
      expect(new Set(batches.flatMap((batch) => [...batch])).size).toBe(200);
    }
    expect(visits[0]).not.toEqual(visits[1]);
    expect(epochBatches(options, 0, lengths)).toEqual(visits[0]);
  });

  it("puts similar lengths together", () => {
    const lengths = Array.from({ length: 640 }, (_, i) => i % 64);
    const spread = (batch: Int32Array) => {
      const inBatch = Array.from(batch, (row) => lengths[row] as number);
      return Math.max(...inBatch) - Math.min(...inBatch);
    };
    const spreads = epochBatches(options, 0, lengths).map(spread);
    // 64 sorted lengths in 16 batches: a few apart, where random batches of 4 of 0..63 are 38 apart
    expect(spreads.reduce((sum, one) => sum + one, 0) / spreads.length).toBeLessThan(8);
  });
});
