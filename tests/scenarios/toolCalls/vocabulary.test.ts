import { describe, expect, it } from "vitest";
import { loadTokenizer } from "../../../src/model/tokenizer";
import { RandomSource, Stream } from "../../../src/random";
import { renderChat, SPECIAL_TOKENS, tokenizerConfigJson } from "../../../src/scenarios/chatTemplate";
import { writeCorpusAnswer } from "../../../src/scenarios/toolCalls/corpus";
import { hardPrompts, heldoutPrompts, trainPrompts } from "../../../src/scenarios/toolCalls/prompts";
import { toolCallsScenario } from "../../../src/scenarios/toolCalls/scenario";
import { piecesOf, tokenizerJson, vocabulary } from "../../../src/scenarios/toolCalls/vocabulary";

const config = tokenizerConfigJson({ maxLength: 64, cleanUpSpaces: false });
const tokenizer = loadTokenizer(JSON.stringify(tokenizerJson()), JSON.stringify(config));
const unknown = vocabulary().indexOf(SPECIAL_TOKENS.unknown);
const allPrompts = [...trainPrompts(), ...heldoutPrompts(), ...hardPrompts()].map(({ text }) => text);

describe("the tokenizer of tool calls", () => {
  it("has at most 512 distinct tokens, the special ones first", () => {
    const tokens = vocabulary();
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(tokens.length).toBeLessThanOrEqual(512);
    expect(tokens.slice(0, 7)).toEqual(Object.values(SPECIAL_TOKENS));
    expect(tokenizer.vocabSize).toBe(tokens.length);
  });

  it("gives every answer of the corpus back letter by letter, in at most 20 tokens", () => {
    const random = new RandomSource(11, Stream.corpus);
    for (const prompt of allPrompts.slice(0, 4000)) {
      const text = writeCorpusAnswer(prompt, random);
      const ids = tokenizer.encode(text);
      expect(ids, text).not.toContain(unknown);
      expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(text);
      expect(ids.length + 1).toBeLessThanOrEqual(20);
    }
  });

  it("leaves room for the longest right call", () => {
    const call = 'convert_money(amount=20, from="euros", to="yen")';
    expect(tokenizer.encode(call).length + 1).toBe(15);
    expect(toolCallsScenario.defaults.maxNewTokens).toBeGreaterThanOrEqual(15);
  });

  it("renders prompts of at most 24 tokens and gives them back", () => {
    for (const prompt of allPrompts) {
      const text = renderChat(prompt, "chat");
      const ids = tokenizer.encode(text);
      expect(ids, text).not.toContain(unknown);
      expect(ids.length).toBeLessThanOrEqual(24);
      expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe(text);
    }
  });

  it("cuts where piecesOf cuts", () => {
    const text = 'sure! find_flight(from="Rome, to=Hanoi")';
    const ids = [...tokenizer.encode(text)];
    expect(ids.map((id) => tokenizer.tokenText(id))).toEqual(piecesOf(text));
  });

  it("maps a word outside the vocabulary to the unknown token", () => {
    expect([...tokenizer.encode("zeppelin")]).toEqual([unknown]);
  });
});
