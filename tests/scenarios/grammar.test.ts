import { describe, expect, it } from "vitest";
import { RandomSource } from "../../src/random";
import { type Alternative, countDerivations, type Grammar, readSentence, wordsOf, writeSentence } from "../../src/scenarios/grammar";

const alternatives = (...phrases: readonly (readonly [string, Partial<Alternative>?])[]): Alternative[] =>
  phrases.map(([phrase, options]) => ({ weight: 1, parts: phrase.split(" "), ...options }));

// <s> = <n> is <a> | <n> is not <a>; 2 nouns x 2 adjectives x 2 forms = 8 derivations, of 3 and 4 words.
const toy: Grammar = {
  start: "s",
  maxWords: 4,
  rules: new Map([
    ["s", alternatives(["<n> is <a>"], ["<n> is not <a>", { scale: -0.5 }])],
    ["n", alternatives(["rain", { topic: "rain" }], ["sun", { topic: "sun" }])],
    ["a", alternatives(["nice", { polarity: 0.8 }], ["bad", { polarity: -1 }])],
  ]),
};

describe("a grammar of typed rules", () => {
  it("counts derivations exactly, also under a length limit", () => {
    expect(countDerivations(toy)).toBe(8n);
    expect(countDerivations({ ...toy, maxWords: 3 })).toBe(4n);
  });

  it("gives a sentence its meaning: judgement, negation, topics", () => {
    expect(readSentence(toy, ["sun", "is", "nice"])).toMatchObject([{ polarity: 0.8, topics: new Set(["sun"]) }]);
    expect(readSentence(toy, ["rain", "is", "not", "bad"])).toMatchObject([{ polarity: 0.5, topics: new Set(["rain"]) }]);
  });

  it("refuses what the rules cannot write", () => {
    for (const text of ["", "sun is", "nice is sun", "sun is nice nice", "sun is not not bad"])
      expect(readSentence(toy, text.split(" "))).toEqual([]);
  });

  it("reports one meaning per derivation of an ambiguous sentence", () => {
    const ambiguous: Grammar = {
      start: "s",
      maxWords: 3,
      rules: new Map([
        ["s", alternatives(["well <x>", { polarity: 1 }], ["well done", { polarity: -1 }])],
        ["x", alternatives(["done"])],
      ]),
    };
    expect(readSentence(ambiguous, ["well", "done"]).map(({ polarity }) => polarity)).toEqual([1, -1]);
  });

  it("weighs the judgements of coordinated parts", () => {
    const both: Grammar = {
      ...toy,
      start: "pair",
      maxWords: 9,
      rules: new Map([...toy.rules, ["pair", alternatives(["<s> but <s>", { mix: [0.3, 0.7] }])]]),
    };
    const [meaning] = readSentence(both, "sun is nice but rain is bad".split(" "));
    expect(meaning?.polarity).toBeCloseTo(0.3 * 0.8 - 0.7, 12);
    expect(meaning?.topics).toEqual(new Set(["sun", "rain"]));
  });

  it("writes each derivation about as often as its weight says, and only sentences of the language", () => {
    const random = new RandomSource(7);
    const counts = new Map<string, number>();
    for (let i = 0; i < 8000; i++) {
      const words = writeSentence(toy, random);
      expect(readSentence(toy, words)).toHaveLength(1);
      counts.set(words.join(" "), (counts.get(words.join(" ")) ?? 0) + 1);
    }
    expect(counts.size).toBe(8);
    // 1000 expected each; 5 standard deviations = 5 * sqrt(8000 / 8 * 7 / 8) = 148
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(148);
  });

  it("obeys a reweighting", () => {
    const random = new RandomSource(8);
    const onlySun = (symbol: string, { weight, topic }: Alternative) => (symbol === "n" && topic !== "sun" ? 0 : weight);
    for (let i = 0; i < 50; i++) expect(writeSentence(toy, random, onlySun)).toContain("sun");
  });

  it("lists its words and names a missing rule", () => {
    expect(wordsOf(toy.rules)).toEqual(["bad", "is", "nice", "not", "rain", "sun"]);
    expect(() => readSentence({ ...toy, start: "absent" }, ["sun"])).toThrow(/expected a rule for <absent>/);
  });
});
