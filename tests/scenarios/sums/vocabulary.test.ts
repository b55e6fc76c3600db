import { describe, expect, it } from "vitest";
import { loadTokenizer } from "../../../src/model/tokenizer";
import { sumsRecipe } from "../../../src/pretrain/sumsRecipe";
import { RandomSource, Stream } from "../../../src/random";
import { SPECIAL_TOKENS } from "../../../src/scenarios/chatTemplate";
import { writeCorpusAnswer } from "../../../src/scenarios/sums/corpus";
import { hardPrompts, heldoutPrompts, trainPrompts } from "../../../src/scenarios/sums/prompts";
import { sumsScenario } from "../../../src/scenarios/sums/scenario";
import { vocabulary } from "../../../src/scenarios/sums/vocabulary";

const files = sumsRecipe.tokenizerFiles();
const tokenizer = loadTokenizer(files.tokenizer, files.config);
const unknown = vocabulary().indexOf(SPECIAL_TOKENS.unknown);
const decode = (ids: Int32Array) => tokenizer.decode(ids, { skipSpecialTokens: true });

describe("the tokenizer of the sums scenario", () => {
  it("has at most 128 distinct tokens, special ones first", () => {
    const tokens = vocabulary();
    expect(tokens.length).toBeLessThanOrEqual(128);
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(tokenizer.vocabSize).toBe(tokens.length);
    expect(tokens.map((_, id) => tokenizer.tokenText(id))).toEqual(tokens);
    expect(tokens.slice(0, 7)).toEqual(Object.values(SPECIAL_TOKENS));
  });

  it("gives every digit and mark a token of its own", () => {
    const tokens = Array.from(tokenizer.encode("what is 17 + 5? 104."), (id) => tokenizer.tokenText(id));
    expect(tokens).toEqual(["what", "is", "1", "##7", "+", "5", "##?", "1", "##0", "##4", "##."]);
  });

  it("gives prompts and answers back exactly", () => {
    const random = new RandomSource(5, Stream.corpus);
    for (const { text } of [...trainPrompts().slice(0, 2000), ...heldoutPrompts(), ...hardPrompts()])
      for (const written of [text, writeCorpusAnswer(text, random)]) {
        const ids = tokenizer.encode(written);
        expect(ids).not.toContain(unknown);
        expect(decode(ids)).toBe(written);
      }
  });

  it("renders prompts of at most 24 tokens, and answers fit the response limit", () => {
    const random = new RandomSource(6, Stream.corpus);
    for (const prompt of trainPrompts().slice(0, 2000)) {
      const ids = tokenizer.encode(sumsScenario.renderPrompt(prompt, "chat"));
      expect(ids.length).toBeLessThanOrEqual(24);
      expect(tokenizer.tokenText(ids[0] ?? -1)).toBe("<|begin|>");
      expect(tokenizer.tokenText(ids.at(-1) ?? -1)).toBe("<|assistant|>");
      const answer = tokenizer.encode(writeCorpusAnswer(prompt.text, random));
      expect(answer.length + 1).toBeLessThanOrEqual(sumsScenario.defaults.maxNewTokens ?? 0);
    }
  });
});
