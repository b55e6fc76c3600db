// Prompts: which template renders them, and what a prompt that is too long loses.

import { describe, expect, it } from "vitest";
import { withDefaults } from "../../src/config";
import { keptFromHead, type PromptInput, tokenisePrompts } from "../../src/ppo/prompts";
import type { Scenario } from "../../src/scenarios/scenario";
import { tinyTokenizer } from "./tinyRun";

const scenario = { renderPrompt: ({ text }, template) => (template === "chat" ? `0 ${text} 2` : text) } as Pick<
  Scenario,
  "renderPrompt"
> as Scenario;
const tokenise = (prompt: PromptInput, changes: Parameters<typeof withDefaults>[0] = {}, ...rest: "noHeader"[]) => [
  ...(tokenisePrompts(scenario, [prompt], tinyTokenizer, withDefaults(changes), ...rest)[0] ?? []),
];

describe("tokenisePrompts", () => {
  it("renders by the option, or by a template of its own", () => {
    expect(tokenise({ text: "5 6" })).toEqual([0, 5, 6, 2]);
    expect(tokenise({ text: "5 6" }, { template: "empty" })).toEqual([5, 6]);
    expect(tokenise({ text: "5 6" }, {}, "noHeader")).toEqual([5, 6]);
  });

  it("takes conversations and rendered texts too", () => {
    const tokenizer = { ...tinyTokenizer, encode: (text: string) => Int32Array.of(text.length) };
    const length = (prompt: PromptInput) => tokenisePrompts(scenario, [prompt], tokenizer, withDefaults({}))[0]?.[0];
    const messages = [{ role: "user", content: "ab" }] as const;
    expect(length({ messages })).toBe("<|begin|><|user|>ab<|end|><|assistant|>".length);
    expect(tokenise({ rendered: "5 6" })).toEqual([5, 6]);
    expect(tokenise({ rendered: "5 6" }, { template: "noHeader" })).toEqual([5, 6]);
  });

  it("cuts the head of a prompt that is too long, so the assistant header survives", () => {
    expect(tokenise({ rendered: "3 4 5 6 7 8" }, { cutoffLen: 4 })).toEqual([5, 6, 7, 8]);
    expect(tokenise({ rendered: "3 4 5" }, { cutoffLen: 4 })).toEqual([3, 4, 5]);
  });

  it("cuts the tail with quirk Q21, leaving room for the answer that the reference renders behind it", () => {
    const cut = { cutoffLen: 4, q21CutPromptTail: true };
    expect(tokenise({ rendered: "3 4 5 6 7 8" }, cut)).toEqual([3, 4, 5]);
    expect(tokenise({ rendered: "3 4 5 6 7 8", response: "9 9" }, cut)).toEqual([3, 4, 5]);
    expect(tokenise({ rendered: "3 4 5" }, cut)).toEqual([3, 4, 5]);
    expect(tokenise({ text: "4 5 6 7 8" }, { ...cut, referenceMode: true })).toEqual([0, 4, 5]);
  });
});

describe("keptFromHead", () => {
  // s, t, c -> kept; the three cases of the rule, worked by hand.
  it.each([
    // 2t < c: the label keeps its t.
    [100, 10, 50, 40],
    [20, 10, 50, 20],
    // 2s < c: the label gets c - s, the prompt stays whole.
    [20, 100, 50, 20],
    // Both long: t' = floor(50 * 60 / 160) = 18.
    [100, 60, 50, 32],
    [100, 100, 50, 25],
  ])("of %i tokens with a label of %i in %i are %i", (source, label, cutoff, kept) =>
    expect(keptFromHead(source, label, cutoff)).toBe(kept),
  );
});
