// Running moments and score scaling against the reference's numbers.

import { describe, expect, it } from "vitest";
import { withDefaults } from "../../src/config";
import { INITIAL_MOMENTS, runningDeviation, updateMoments } from "../../src/ppo/runningMoments";
import { scaleScores } from "../../src/ppo/scoreScaling";
import { golden, largestDifference } from "./goldenUnits";

const scalingOnly = withDefaults({ useScoreScaling: true, useScoreNorm: false });
const scalingAndNorm = withDefaults({ ppoScoreNorm: true });

describe("running moments", () => {
  it("follow three batches of four", () => {
    let moments = INITIAL_MOMENTS;
    for (const step of golden.running_moments) {
      const raw = Float32Array.from(step.scores);
      const scaled = scaleScores(raw, moments, scalingOnly);
      const normed = scaleScores(raw, moments, scalingAndNorm);
      moments = updateMoments(moments, raw);
      expect(scaled.moments).toEqual(moments);
      expect(moments.mean).toBeCloseTo(step.mean, 6);
      expect(moments.variance).toBeCloseTo(step.var, 6);
      expect(runningDeviation(moments)).toBeCloseTo(step.std, 6);
      expect(moments.count).toBeCloseTo(step.count, 9);
      expect(largestDifference(scaled.scores, step.scaled)).toBeLessThan(1e-6);
      expect(largestDifference(normed.scores, step.normed)).toBeLessThan(1e-6);
    }
  });

  it("follow batches of one: the first has no deviation and scores 0", () => {
    let moments = INITIAL_MOMENTS;
    for (const [i, step] of golden.running_moments_batch1.entries()) {
      const { scores, moments: updated } = scaleScores(Float32Array.from(step.scores), moments, scalingAndNorm);
      moments = updated;
      expect(moments.mean).toBeCloseTo(step.mean, 6);
      if (i === 0) {
        expect(runningDeviation(moments)).toBe(Number.POSITIVE_INFINITY);
        expect(scores[0]).toBe(0);
      } else expect(runningDeviation(moments)).toBeCloseTo(Number(step.std), 6);
      expect(moments.count).toBeCloseTo(step.count, 9);
    }
  });
});

describe("score scaling", () => {
  const raw = Float32Array.of(-3, 0.25, 3);

  it("is off by default and leaves the moments alone", () => {
    const { scores, moments } = scaleScores(raw, INITIAL_MOMENTS, withDefaults({}));
    expect(scores).toEqual(raw);
    expect(moments).toBe(INITIAL_MOMENTS);
  });

  it("clips after scaling", () => {
    expect([...scaleScores(raw, INITIAL_MOMENTS, withDefaults({ scoreClip: 0.5 })).scores]).toEqual([-0.5, 0.25, 0.5]);
    const { scores } = scaleScores(raw, INITIAL_MOMENTS, withDefaults({ ppoScoreNorm: true, scoreClip: 0.5 }));
    expect(Math.max(...scores)).toBe(0.5);
  });

  it("does nothing with normalisation but without scaling, as in the reference", () => {
    expect(scaleScores(raw, INITIAL_MOMENTS, withDefaults({ useScoreNorm: true, useScoreScaling: false })).scores).toEqual(raw);
  });
});
