import { describe, expect, it } from "vitest";
import { RandomSource, Stream } from "../../../src/random";
import { renderChat } from "../../../src/scenarios/chatTemplate";
import { readAnswer, skeletonOf, TALK } from "../../../src/scenarios/sums/answers";
import { writeCorpusAnswer } from "../../../src/scenarios/sums/corpus";
import { judgeAnswer } from "../../../src/scenarios/sums/judge";
import { readProblem, resultOf } from "../../../src/scenarios/sums/problem";
import { trainPrompts } from "../../../src/scenarios/sums/prompts";
import { answerRule, formatRule } from "../../../src/scenarios/sums/rules";

const respond = (responseText: string, ended = true) => ({ queryText: renderChat("what is 17 + 25?", "chat"), responseText, ended });

describe("an answer", () => {
  it.each([
    ["42", 42],
    ["42.", 42],
    ["it is 42.", 42],
    ["the answer is 7.", 7],
    ["that makes 0.", 0],
    ["31 is more.", 31],
  ])("%s", (text, number) => {
    expect(readAnswer(text)).toBe(number);
  });

  it.each(["", "042", "it is 042.", "42 42", "4 2", "it is 42", "it is it is 42.", "42 .", "##2", "i am not sure.", "it is #."])(
    "%j is none",
    (text) => {
      expect(readAnswer(text)).toBeNull();
    },
  );

  it("is masked to its form", () => {
    expect(skeletonOf("the answer is 142.")).toBe("the answer is #.");
  });
});

describe("the gold scorer and the rules", () => {
  it.each([
    ["42", { gold: 1, wellFormed: 1, correct: 1 }, 1, 1],
    ["it is 42.", { gold: 1, wellFormed: 1, correct: 1 }, 1, 1],
    ["32", { gold: 0, wellFormed: 1, correct: 0 }, 0.1, 1],
    ["is 42", { gold: 0, wellFormed: 0, correct: 1 }, 0, 0],
    ["42 42", { gold: 0, wellFormed: 0, correct: 0 }, 0, 0],
    ["i am not sure.", { gold: 0, wellFormed: 0, correct: 0 }, 0, 0],
    ["", { gold: 0, wellFormed: 0, correct: 0 }, 0, 0],
    ["9".repeat(400), { gold: 0, wellFormed: 1, correct: 0 }, 0.1, 1],
  ])("%s", (text, { gold, ...parts }, answer, format) => {
    expect(judgeAnswer(respond(text))).toEqual({ gold, parts });
    expect(answerRule.score(respond(text))).toBe(answer);
    expect(formatRule.score(respond(text))).toBe(format);
  });

  it("want the answer ended", () => {
    expect(judgeAnswer(respond("42", false))).toEqual({ gold: 0, parts: { wellFormed: 0, correct: 1 } });
    expect(answerRule.score(respond("42", false))).toBe(0);
    expect(formatRule.score(respond("42", false))).toBe(0);
  });

  it("find nothing right where nothing is asked", () => {
    const response = { queryText: renderChat("hello", "chat"), responseText: "42", ended: true };
    expect(judgeAnswer(response).gold).toBe(0);
    expect(answerRule.score(response)).toBe(0.1);
  });
});

describe("the corpus", () => {
  const random = new RandomSource(3, Stream.corpus);
  const prompts = trainPrompts();

  it("is right about half the time, and well-formed but for some talk", () => {
    const verdicts = prompts.slice(0, 6000).map(({ text }) => {
      const responseText = writeCorpusAnswer(text, random);
      expect(readAnswer(responseText) !== null || (TALK as readonly string[]).includes(responseText), responseText).toBe(true);
      return judgeAnswer({ queryText: renderChat(text, "chat"), responseText, ended: true });
    });
    const mean = (of: (verdict: (typeof verdicts)[number]) => number) => verdicts.reduce((sum, v) => sum + of(v), 0) / verdicts.length;
    expect(mean(({ gold }) => gold)).toBeGreaterThan(0.45);
    expect(mean(({ gold }) => gold)).toBeLessThan(0.53);
    expect(mean(({ parts }) => parts["wellFormed"] as number)).toBeCloseTo(0.86, 1);
  });

  it("gives no wrong number nearly as often as the right one", () => {
    for (const text of [
      "what is 17 + 25?",
      "add 80 and 19.",
      "5 + 5 + 5 = ?",
      "which is larger, 40 or 4?",
      "which is smallest, 1, 2 or 10?",
    ]) {
      const counts = new Map<number | null, number>();
      for (let i = 0; i < 2000; i++) {
        const number = readAnswer(writeCorpusAnswer(text, random));
        counts.set(number, (counts.get(number) ?? 0) + 1);
      }
      const problem = readProblem(text);
      const right = problem ? (counts.get(resultOf(problem)) ?? 0) : 0;
      for (const [number, count] of counts)
        if (number !== null && count !== right) expect(count, `${text} ${number}`).toBeLessThan(0.8 * right);
      expect(counts.size).toBeGreaterThan(2);
    }
  });

  it("slips as people do: a forgotten carry, off by one, swapped digits, an operand left out", () => {
    const numbers = new Set<number | null>();
    for (let i = 0; i < 500; i++) numbers.add(readAnswer(writeCorpusAnswer("what is 17 + 25?", random)));
    expect([...numbers]).toEqual(expect.arrayContaining([42, 32, 41, 43, 24, 17, 25, null]));
  });

  it("refuses a prompt without a problem", () => {
    expect(() => writeCorpusAnswer("hello", random)).toThrow(/at least two numbers/);
  });
});
