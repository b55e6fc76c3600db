// Samples: which column belongs to which token, orders, levels of drift.

import { describe, expect, it } from "vitest";
import { klLevel } from "../../app/samples/klLevel";
import { orderedRows, rolledOut, sampleAt, scored } from "../../app/samples/sampleBatch";
import { fakeRollout, fakeScore } from "./fakeRun";

const unscored = rolledOut(fakeRollout(5));
const batch = scored(unscored, fakeScore(5));

describe("sampleAt", () => {
  it("takes response token j of a row from column |query| - 1 + j", () => {
    // Row 2: query of 3 tokens, so response columns 2 and 3; kl = row + column / 10.
    const sample = sampleAt(batch as NonNullable<typeof batch>, 2);
    expect(sample.tokens.map(({ id }) => id)).toEqual([5, 0]);
    expect(sample.tokens.map(({ numbers }) => numbers?.kl)).toEqual([Math.fround(2.2), Math.fround(2.3)]);
    expect(sample.kl).toBeCloseTo(4.5, 6);
    expect(sample).toMatchObject({ prompt: "prompt 2", score: 2, gold: Math.fround(0.8), parts: [["sentiment", 0.5]] });
  });

  it("has no numbers before scoring", () => {
    const sample = sampleAt(unscored, 1);
    expect(sample).toMatchObject({ score: null, gold: null, kl: null, parts: [] });
    expect(sample.tokens).toEqual([
      { id: 4, numbers: null },
      { id: 0, numbers: null },
    ]);
  });
});

describe("scored", () => {
  it("leaves samples of another step alone", () => {
    expect(scored(unscored, fakeScore(6))).toBe(unscored);
    expect(scored(null, fakeScore(6))).toBeNull();
  });
});

describe("orderedRows", () => {
  it.each([
    ["asSampled", [0, 1, 2, 3]],
    ["highestScore", [3, 2, 1, 0]],
    ["lowestScore", [0, 1, 2, 3]],
    ["highestKl", [3, 2, 1, 0]],
    ["largestGap", [3, 2, 1, 0]],
  ] as const)("%s", (order, rows) => {
    expect(orderedRows(batch as NonNullable<typeof batch>, order)).toEqual(rows);
  });

  it("compares ranks for the gap between score and gold, ties sharing theirs", () => {
    const event = fakeScore(5);
    const scores = Float32Array.of(1, 5, 5, 9);
    const gold = { gold: Float32Array.of(0.9, 0.2, 0.6, 0.6), parts: {} };
    // Ranks of score: 0, 1.5, 1.5, 3; of gold: 3, 0, 1.5, 1.5; gaps: -3, 1.5, 0, 1.5.
    expect(orderedRows(scored(unscored, { ...event, scores, gold }) as typeof unscored, "largestGap")).toEqual([1, 3, 2, 0]);
  });

  it("keeps the batch's order before scoring", () => {
    expect(orderedRows(unscored, "highestScore")).toEqual([0, 1, 2, 3]);
  });
});

describe("klLevel", () => {
  it.each([
    [0, 0],
    [0.09, 0],
    [0.1, 1],
    [0.5, 2],
    [1.5, 3],
    [99, 3],
    [-0.09, 0],
    [-0.1, -1],
    [-0.7, -2],
    [-1.5, -3],
  ])("of %d is %d", (kl, level) => {
    expect(klLevel(kl) + 0).toBe(level);
  });
});
