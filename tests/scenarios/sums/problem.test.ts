import { describe, expect, it } from "vitest";
import { renderChat } from "../../../src/scenarios/chatTemplate";
import { carriesOf, readProblem, resultOf } from "../../../src/scenarios/sums/problem";
import { hardPrompts, heldoutPrompts, promptWords, trainPrompts } from "../../../src/scenarios/sums/prompts";

const train = trainPrompts();
const heldout = heldoutPrompts();
const hard = hardPrompts();
const operandKey = (text: string) => (readProblem(text)?.operands ?? []).toSorted((a, b) => a - b).join(" ");

describe("a problem", () => {
  it.each([
    ["what is 17 + 25?", 42],
    ["17 + 5 + 30 = ?", 52],
    ["add 1, 2 and 3.", 6],
    ["which is larger, 31 or 13?", 31],
    ["31 or 13: which is smaller?", 13],
    ["tell me the largest of 9, 33 and 10.", 33],
    ["what is the smallest of 9, 33 and 10?", 9],
  ])("%s -> %d", (text, result) => {
    for (const query of [text, renderChat(text, "chat"), `<|begin|> <|user|> ${text} <|end|> <|assistant|>`]) {
      const problem = readProblem(query);
      expect(problem && resultOf(problem)).toBe(result);
    }
  });

  it("needs two numbers", () => {
    for (const text of ["", "hello", "what is 7?"]) expect(readProblem(text)).toBeNull();
  });

  it.each([
    [
      [17, 25],
      [1, 0],
    ],
    [
      [99, 1],
      [1, 1],
    ],
    [
      [50, 50],
      [0, 1],
    ],
    [
      [19, 29, 27],
      [2, 0],
    ],
    [[3, 4], [0]],
    [[0, 0], []],
  ])("carries of %j", (operands, carries) => {
    expect(carriesOf(operands)).toEqual(carries);
  });
});

describe("prompts", () => {
  it("hold out operands in every order, kind and phrasing", () => {
    const seen = new Set(train.map(({ text }) => operandKey(text)));
    const unseen = new Set(heldout.map(({ text }) => operandKey(text)));
    for (const { text } of [...heldout, ...hard]) expect(seen.has(operandKey(text)), text).toBe(false);
    for (const { text } of hard) expect(unseen.has(operandKey(text)), text).toBe(false);
  });

  it("are many and distinct, all kinds among any first few", () => {
    for (const prompts of [train, heldout, hard]) expect(new Set(prompts.map(({ text }) => text)).size).toBe(prompts.length);
    expect(train.length).toBeGreaterThan(10_000);
    expect(heldout.length).toBeGreaterThanOrEqual(1024);
    expect(hard.length).toBeGreaterThanOrEqual(128);
    for (const prompts of [train, heldout, hard]) {
      const first = prompts.slice(0, 128).map(({ text }) => readProblem(text));
      for (const kind of ["sum", "largest", "smallest"])
        for (const count of [2, 3]) expect(first.some((problem) => problem?.kind === kind && problem.operands.length === count)).toBe(true);
    }
  });

  it("set problems whose answer fits two digits and a hundred", () => {
    for (const { text } of [...train, ...heldout, ...hard]) {
      const problem = readProblem(text);
      expect(problem && resultOf(problem), text).toBeGreaterThan(0);
      expect(problem && resultOf(problem), text).toBeLessThan(200);
    }
  });

  it("know their words", () => {
    const words = new Set(promptWords());
    for (const { text } of train) for (const word of text.match(/[a-z]+/g) ?? []) expect(words.has(word), word).toBe(true);
  });

  it("are hard where they say so: carries, or numbers close together or mirrored", () => {
    for (const { text } of hard) {
      const problem = readProblem(text);
      const operands = problem?.operands ?? [];
      if (problem?.kind === "sum")
        expect(
          carriesOf(operands).reduce((sum, carry) => sum + carry, 0),
          text,
        ).toBeGreaterThan(1);
      else {
        const [a = 0, b = 0] = operands.toSorted((x, y) => y - x);
        expect(a - b <= 2 || String(a).split("").toReversed().join("") === String(b).padStart(2, "0"), text).toBe(true);
      }
    }
  });
});
