import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";
import { RandomSource, Stream } from "../../../src/random";
import { writeCorpusReview, writeDeadText } from "../../../src/scenarios/reviews/corpus";
import { joinWords } from "../../../src/scenarios/wordTokenizer";
import { heldoutPrompts, trainPrompts } from "../../../src/scenarios/reviews/prompts";
import { renderChat, SPECIAL_TOKENS, tokenizerConfigJson } from "../../../src/scenarios/chatTemplate";
import { tokenizerJson, vocabulary } from "../../../src/scenarios/reviews/vocabulary";

const tokenizer = new Tokenizer(tokenizerJson(), tokenizerConfigJson({ maxLength: 64, cleanUpSpaces: true }));
const unknown = tokenizer.token_to_id(SPECIAL_TOKENS.unknown);

describe("the word-level tokenizer", () => {
  it("has 256 to 512 distinct tokens, numbered from 0", () => {
    const tokens = vocabulary();
    expect(tokens.length).toBeGreaterThanOrEqual(256);
    expect(tokens.length).toBeLessThanOrEqual(512);
    expect(tokens.map((token) => tokenizer.token_to_id(token))).toEqual(tokens.map((_, id) => id));
  });

  it("knows every word of prompts, reviews and dead texts, and gives the text back", () => {
    const random = new RandomSource(11, Stream.corpus);
    for (const { text } of trainPrompts().slice(0, 400)) {
      for (const written of [writeCorpusReview(text, random), writeDeadText(text, random).text]) {
        if (written === "") continue;
        const { ids } = tokenizer.encode(written);
        expect(ids).not.toContain(unknown);
        expect(tokenizer.decode(ids, { skip_special_tokens: true })).toBe(written);
      }
    }
  });

  it("renders prompts of 8 to 17 tokens with one token per special token", () => {
    for (const { text } of [...trainPrompts(), ...heldoutPrompts()]) {
      const { ids, tokens } = tokenizer.encode(renderChat(text, "chat"));
      expect(ids).not.toContain(unknown);
      expect(ids.length).toBeGreaterThanOrEqual(8);
      expect(ids.length).toBeLessThanOrEqual(17);
      expect([...tokens.slice(0, 2), ...tokens.slice(-2)]).toEqual(["<|begin|>", "<|user|>", "<|end|>", "<|assistant|>"]);
    }
  });

  it("puts spaces between words and none before punctuation", () => {
    const { ids } = tokenizer.encode("What a lovely plot ! the jokes are dull , but the songs are fine .");
    expect(tokenizer.decode(ids)).toBe(joinWords("what a lovely plot ! the jokes are dull , but the songs are fine .".split(" ")));
  });

  it("maps a word outside the vocabulary to the unknown token", () => {
    expect(tokenizer.encode("the zeppelin").ids).toEqual([tokenizer.token_to_id("the"), unknown]);
  });
});
