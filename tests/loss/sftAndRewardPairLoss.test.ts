// The pretraining losses: worked cases, finite differences, extremes.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors";
import { rewardPairLoss } from "../../src/loss/rewardPairLoss";
import { sftLoss } from "../../src/loss/sftLoss";

describe("sftLoss", () => {
  // Masked log-probabilities -1, -2, -3: loss 2; each gradient -1/3.
  const head = { kind: "sft", mask: Float32Array.of(1, 0, 1, 1) } as const;

  it("is the mean negative log-probability over the mask", () => {
    const { result, dLogprobs } = sftLoss(head, Float32Array.of(-1, -50, -2, -3));
    expect(result.loss).toBeCloseTo(2, 6);
    expect([...dLogprobs].map((d) => Number(d.toFixed(5)))).toEqual([-0.33333, 0, -0.33333, -0.33333]);
  });

  it("refuses an empty mask and unequal lengths", () => {
    expect(() => sftLoss({ kind: "sft", mask: new Float32Array(2) }, new Float32Array(2))).toThrow(ShapeError);
    expect(() => sftLoss(head, new Float32Array(2))).toThrow(ShapeError);
  });
});

describe("rewardPairLoss", () => {
  it("is -log sigmoid of the margin", () => {
    // Margins 2 and -1: -log sigmoid(2) = 0.126928, -log sigmoid(-1) = 1.313262; mean 0.720095. One of two is right.
    const { result } = rewardPairLoss(Float32Array.of(3, 1, 0, 1));
    expect(result.loss).toBeCloseTo(0.720095, 6);
    expect(result.accuracy).toBe(0.5);
  });

  it("stays finite at extreme margins", () => {
    const { result, dScores } = rewardPairLoss(Float32Array.of(-1e4, 1e4));
    expect(result.loss).toBe(2e4);
    expect([...dScores]).toEqual([-1, 1]);
  });

  it("has the gradient of finite differences", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 2, maxLength: 8 }), (numbers) => {
        const scores = Float32Array.from(numbers.slice(0, numbers.length - (numbers.length % 2)));
        const { dScores } = rewardPairLoss(scores);
        scores.forEach((score, i) => {
          const lossAt = (value: number) => rewardPairLoss(scores.map((kept, j) => (j === i ? value : kept))).result.loss;
          const step = 2 ** -8;
          expect(dScores[i]).toBeCloseTo((lossAt(score + step) - lossAt(score - step)) / (2 * step), 3);
        });
      }),
      { numRuns: 50 },
    );
  });

  it("refuses half a pair", () => {
    expect(() => rewardPairLoss(new Float32Array(3))).toThrow(ShapeError);
    expect(() => rewardPairLoss(new Float32Array(0))).toThrow(ShapeError);
  });
});
