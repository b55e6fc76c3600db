import { describe, expect, it } from "vitest";
import { type AnsweredPrompt, preferencePairs } from "../../src/pretrain/preferences";
import { RandomSource } from "../../src/random";
import type { JudgedResponse } from "../../src/scenarios/scenario";

// An answer's worth is its text read as a number; the response repeats it as a token.
const prefers = ({ responseText }: JudgedResponse) => Number(responseText);
const answered = (...golds: readonly string[]): AnsweredPrompt => ({
  query: Int32Array.of(100),
  queryText: "q",
  answers: golds.map((text) => ({ text, response: Int32Array.of(Number(text) * 10), ended: true, dead: text === "0.9" })),
});

describe("preference pairs", () => {
  it("chooses the higher worth of neighbouring answers and leaves ties out", () => {
    const pairs = preferencePairs(
      [answered("0.1", "0.9", "0.5", "0.5", "0.7", "0.2", "0.4")],
      { prefers, labelNoise: 0 },
      new RandomSource(1),
    );
    expect(pairs).toEqual([
      { chosen: Int32Array.of(100, 9), rejected: Int32Array.of(100, 1) },
      { chosen: Int32Array.of(100, 7), rejected: Int32Array.of(100, 2) },
    ]);
  });

  it("leaves dead texts out before it pairs neighbours", () => {
    const labels = { prefers, labelNoise: 0, ordinaryOnly: true } as const;
    const pairs = preferencePairs([answered("0.1", "0.9", "0.5", "0.6", "0.7")], labels, new RandomSource(1));
    expect(pairs).toEqual([
      { chosen: Int32Array.of(100, 5), rejected: Int32Array.of(100, 1) },
      { chosen: Int32Array.of(100, 7), rejected: Int32Array.of(100, 6) },
    ]);
  });

  it("turns round the wanted share of labels", () => {
    const pairs = preferencePairs(
      Array.from({ length: 2000 }, () => answered("0", "1")),
      { prefers, labelNoise: 0.1 },
      new RandomSource(2),
    );
    const wrong = pairs.filter(({ chosen }) => chosen[1] === 0).length;
    // 200 expected, 5 standard deviations = 5 * sqrt(2000 * 0.1 * 0.9) = 67
    expect(Math.abs(wrong - 200)).toBeLessThan(67);
  });
});
