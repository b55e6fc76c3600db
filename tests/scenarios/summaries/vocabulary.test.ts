import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";
import { RandomSource, Stream } from "../../../src/random";
import { renderChat, SPECIAL_TOKENS, tokenizerConfigJson } from "../../../src/scenarios/chatTemplate";
import { writeCorpusSummary, writeDeadText } from "../../../src/scenarios/summaries/corpus";
import { hardPrompts, heldoutPrompts, trainPrompts } from "../../../src/scenarios/summaries/prompts";
import { tokenizerJson, vocabulary } from "../../../src/scenarios/summaries/vocabulary";

const tokenizer = new Tokenizer(tokenizerJson(), tokenizerConfigJson({ maxLength: 64, cleanUpSpaces: true }));
const unknown = tokenizer.token_to_id(SPECIAL_TOKENS.unknown);

describe("the tokenizer of the summaries", () => {
  it("has at most 400 distinct tokens, numbered from 0, special tokens first", () => {
    const tokens = vocabulary();
    expect(tokens.length).toBeLessThanOrEqual(400);
    expect(tokens.map((token) => tokenizer.token_to_id(token))).toEqual(tokens.map((_, id) => id));
    expect(tokens.slice(0, 7)).toEqual(Object.values(SPECIAL_TOKENS));
  });

  it("knows every word of notes, summaries and dead texts, and gives the text back", () => {
    const random = new RandomSource(11, Stream.corpus);
    for (const { text } of trainPrompts().slice(0, 400))
      for (const written of [text, writeCorpusSummary(text, random), writeDeadText(text, random).text]) {
        if (written === "") continue;
        const { ids } = tokenizer.encode(written);
        expect(ids).not.toContain(unknown);
        expect(tokenizer.decode(ids, { skip_special_tokens: true })).toBe(written);
      }
  });

  it("renders notes of at most 32 tokens with one token per special token", () => {
    for (const { text } of [...trainPrompts(), ...heldoutPrompts(), ...hardPrompts()]) {
      const { ids, tokens } = tokenizer.encode(renderChat(text, "chat"));
      expect(ids).not.toContain(unknown);
      expect(ids.length).toBeLessThanOrEqual(32);
      expect([...tokens.slice(0, 2), ...tokens.slice(-2)]).toEqual(["<|begin|>", "<|user|>", "<|end|>", "<|assistant|>"]);
    }
  });
});
