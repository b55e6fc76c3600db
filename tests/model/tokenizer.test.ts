import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CheckpointError, ConfigError } from "../../src/errors";
import { parseHuggingFaceConfig } from "../../src/model/huggingFaceConfig";
import { checkVocabulary, loadTokenizer } from "../../src/model/tokenizer";

const special = (id: number, content: string) => ({
  id,
  content,
  special: true,
  normalized: false,
  lstrip: false,
  rstrip: false,
  single_word: false,
});

/** A byte-pair tokenizer of six letters and two merges, word starts marked by the byte-level space. */
const definition = {
  version: "1.0",
  added_tokens: [special(0, "<s>"), special(1, "</s>"), special(2, "<pad>"), special(11, "<user>")],
  normalizer: null,
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
  post_processor: null,
  decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
  model: {
    type: "BPE",
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: { "<s>": 0, "</s>": 1, "<pad>": 2, a: 3, b: 4, c: 5, Ġ: 6, d: 7, ab: 8, Ġab: 9, e: 10 },
    merges: ["a b", "Ġ ab"],
  },
};
const settings = {
  bos_token: "<s>",
  eos_token: { content: "</s>" },
  pad_token: "<pad>",
  additional_special_tokens: [{ content: "<user>" }],
  clean_up_tokenization_spaces: false,
};
const load = (definitionChange: object = {}, settingsChange: object = {}) =>
  loadTokenizer(JSON.stringify({ ...definition, ...definitionChange }), JSON.stringify({ ...settings, ...settingsChange }));

describe("special ids", () => {
  test("are read from both files; every additional special token stops", () => {
    expect(load()).toMatchObject({ vocabSize: 12, bosTokenId: 0, eosTokenId: 1, padTokenId: 2, stopTokenIds: [1, 11] });
  });
  test("PAD falls back to EOS, BOS may be absent", () => {
    expect(load({}, { pad_token: null, bos_token: undefined })).toMatchObject({ bosTokenId: null, padTokenId: 1 });
  });
  test("transformers 5's extra_special_tokens stop too", () => {
    expect(load({}, { additional_special_tokens: undefined, extra_special_tokens: ["<user>"] }).stopTokenIds).toEqual([1, 11]);
  });
  test("without EOS the reference takes <|endoftext|>, which must exist", () => {
    expect(() => load({}, { eos_token: null })).toThrow(/EOS token "<\|endoftext\|>" is not in the vocabulary/);
    expect(load({ added_tokens: [...definition.added_tokens, special(12, "<|endoftext|>")] }, { eos_token: null }).eosTokenId).toBe(12);
  });
});

describe("text", () => {
  const tokenizer = load();
  test("merges pairs, recognises special tokens, adds none", () => {
    expect([...tokenizer.encode("ab ab<user>cab</s>")]).toEqual([8, 9, 11, 5, 8, 1]);
    expect([...tokenizer.encode("")]).toEqual([]);
  });
  test("decodes with and without special tokens, leaves unknown ids out", () => {
    const ids = Int32Array.of(0, 8, 9, 11, 5, 400, 1);
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe("ab abc");
    expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe("<s>ab ab<user>c</s>");
    expect(tokenizer.decode([], { skipSpecialTokens: true })).toBe("");
    expect(tokenizer.decode([400], { skipSpecialTokens: true })).toBe("");
  });
  test("shows single tokens with their leading space", () => {
    expect([9, 8, 11, 400].map((id) => tokenizer.tokenText(id))).toEqual([" ab", "ab", "<user>", "<400>"]);
  });
  test("encode then decode gives the text back", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c", "d", "e", " ", "<user>", "</s>"), { maxLength: 30 }), (parts) => {
        const text = parts.join("");
        expect(tokenizer.decode(tokenizer.encode(text), { skipSpecialTokens: false })).toBe(text);
      }),
    );
  });
  test("a letter outside the vocabulary is left out by a byte-pair tokenizer without unknown token", () => {
    expect([...tokenizer.encode("abza")]).toEqual([8, 3]);
  });
});

describe("a word-level tokenizer", () => {
  const words = (unknown: string | undefined) =>
    load({
      normalizer: { type: "Lowercase" },
      pre_tokenizer: { type: "WhitespaceSplit" },
      decoder: null,
      model: { type: "WordLevel", vocab: { "<s>": 0, "</s>": 1, "<pad>": 2, "<unk>": 3, warm: 4, film: 5 }, unk_token: unknown },
    });
  test("takes the unknown token from the model", () => {
    expect([...words("<unk>").encode("A warm<user> Film")]).toEqual([3, 4, 11, 5]);
  });
  test("refuses unknown words when it has none", () => {
    expect(() => words(undefined).encode("warm day")).toThrow(ConfigError);
    expect(() => words(undefined).encode("warm day")).toThrow(/no token for "day"/);
  });
});

describe("refuses", () => {
  test.each([
    ["a special token outside the vocabulary", {}, { pad_token: "<nothing>" }, /PAD token "<nothing>"/],
    ["no model", { model: undefined }, {}, /object under model/],
    ["an empty vocabulary", { model: { ...definition.model, vocab: {} } }, {}, /vocabulary/],
    ["an id beyond the cap", { added_tokens: [special(4_000_000_000, "<big>")] }, {}, /expected an id from 0/],
    ["an unknown model type", { model: { ...definition.model, type: "Oracle" } }, {}, /got "Oracle"/],
    ["added tokens that are no list", { added_tokens: 3 }, {}, /list of objects/],
  ])("%s", (_, definitionChange, settingsChange, message) => {
    expect(() => load(definitionChange, settingsChange)).toThrow(CheckpointError);
    expect(() => load(definitionChange, settingsChange)).toThrow(message);
  });

  test("any text is loaded or refused with CheckpointError", () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .tuple(fc.constantFrom(...Object.keys(definition)), fc.jsonValue())
        .map(([field, value]) => JSON.stringify({ ...definition, [field]: value })),
    );
    fc.assert(
      fc.property(hostile, hostile, (first, second) => {
        try {
          loadTokenizer(first, second);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }),
    );
  });
});

test("a tokenizer larger than the model is refused, showing both sizes", () => {
  const configOf = (vocabSize: number) =>
    parseHuggingFaceConfig(
      JSON.stringify({
        model_type: "llama",
        vocab_size: vocabSize,
        hidden_size: 8,
        intermediate_size: 8,
        num_hidden_layers: 1,
        num_attention_heads: 2,
      }),
    ).config;
  expect(() => checkVocabulary(load(), configOf(12))).not.toThrow();
  expect(() => checkVocabulary(load(), configOf(11))).toThrow(ConfigError);
  expect(() => checkVocabulary(load(), configOf(11))).toThrow(/12 tokens.*only 11/);
});
