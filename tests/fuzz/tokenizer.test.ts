// Tokenizers that nobody trained: loaded and able to work, or refused with a sentence.

import fc from "fast-check";
import { readFileSync } from "node:fs";
import { test } from "vitest";
import { CheckpointError, ConfigError } from "../../src/errors";
import { loadTokenizer, type Tokenizer } from "../../src/model/tokenizer";
import { byteEdits, editBytes, textOf, utf8 } from "./byteEdits";
import { fuzz } from "./fuzz";
import { editJson, hostileJson, jsonEdits } from "./jsonEdits";
import { TARGET_TIMEOUT } from "./settings";

const FOLDER = "public/models/reviews/policy";
const definition = readFileSync(`${FOLDER}/tokenizer.json`, "utf8");
const settings = readFileSync(`${FOLDER}/tokenizer_config.json`, "utf8");

const special = (id: number, content: string) => ({
  id,
  content,
  special: true,
  normalized: false,
  lstrip: false,
  rstrip: false,
  single_word: false,
});
/** Small, so that an edit is likely to hit what matters. */
const BYTE_PAIRS = {
  version: "1.0",
  added_tokens: [special(0, "<s>"), special(1, "</s>")],
  normalizer: { type: "Lowercase" },
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
  post_processor: null,
  decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
  model: { type: "BPE", unk_token: null, vocab: { "<s>": 0, "</s>": 1, a: 2, b: 3, Ġ: 4, ab: 5, Ġab: 6 }, merges: ["a b", "Ġ ab"] },
};
const WORDS = {
  ...BYTE_PAIRS,
  pre_tokenizer: { type: "WhitespaceSplit" },
  decoder: null,
  model: { type: "WordLevel", vocab: { "<s>": 0, "</s>": 1, a: 2, "<unk>": 3 }, unk_token: "<unk>" },
};
const PIECES = {
  ...BYTE_PAIRS,
  decoder: null,
  model: {
    type: "Unigram",
    unk_id: 0,
    vocab: [
      ["<unk>", 0],
      ["a", -1],
      ["b", -2],
    ],
  },
};
const SETTINGS = { bos_token: "<s>", eos_token: { content: "</s>" }, pad_token: null, additional_special_tokens: ["<s>"] };

/** Whatever was loaded has to work on texts and ids. */
function expectWorks(tokenizer: Tokenizer): string {
  const { vocabSize, bosTokenId, eosTokenId, padTokenId, stopTokenIds } = tokenizer;
  for (const id of [bosTokenId ?? 0, eosTokenId, padTokenId, ...stopTokenIds])
    if (!Number.isSafeInteger(id) || id < 0 || id >= vocabSize) throw new TypeError(`Expected ids below ${vocabSize}, got ${id}.`);
  for (const text of ["ab a </s> <img src=x>", "", "\ud800 b"])
    try {
      const ids = tokenizer.encode(text);
      if (ids.some((id) => id < 0 || id >= vocabSize)) throw new TypeError(`Expected ids below ${vocabSize}, got ${[...ids].join(", ")}.`);
      const decoded: unknown = tokenizer.decode(ids, { skipSpecialTokens: false });
      if (typeof decoded !== "string") throw new TypeError("Expected text.");
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
    }
  for (const id of [0, 1, vocabSize, -1, 0.5]) {
    const shown: unknown = tokenizer.tokenText(id);
    if (typeof shown !== "string") throw new TypeError("Expected text.");
  }
  return "loaded";
}

const REFUSALS = {
  "no object": /expected a JSON object/,
  model: /expected an object under model|expected a model of type/,
  vocabulary: /the vocabulary is empty|expected a vocabulary/,
  id: /expected an id from 0/,
} as const;

test("text: flipped, cut, shifted, overwritten", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "tokenizer text",
    cases: fc.record({ definition: fc.option(byteEdits), settings: fc.option(byteEdits) }),
    read: (edits) => {
      const bent = (text: string, damage: typeof edits.settings): string => (damage ? textOf(editBytes(utf8(text), damage)) : text);
      return expectWorks(loadTokenizer(bent(definition, edits.definition), bent(settings, edits.settings)));
    },
    errors: [CheckpointError],
    refusals: { "not JSON": /expected JSON, got text that does not parse/ },
    accepted: ["loaded"],
  }),
);

test("JSON: bent", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "tokenizer JSON",
    cases: fc.record({
      kind: fc.nat(2),
      definition: fc.oneof({ weight: 9, arbitrary: jsonEdits }, { weight: 1, arbitrary: hostileJson }),
      settings: fc.oneof({ weight: 9, arbitrary: jsonEdits }, { weight: 1, arbitrary: hostileJson }),
    }),
    read: ({ kind, definition: first, settings: second }) => {
      const bent = (document: object, edits: typeof first): string => (typeof edits === "string" ? edits : editJson(document, edits));
      return expectWorks(loadTokenizer(bent([BYTE_PAIRS, WORDS, PIECES][kind] ?? {}, first), bent(SETTINGS, second)));
    },
    errors: [CheckpointError],
    refusals: {
      ...REFUSALS,
      "added tokens": /added_tokens|an added token/,
      "special token": /is not in the vocabulary of tokenizer.json/,
      "not built": /this tokenizer cannot be built/,
    },
    accepted: ["loaded"],
  }),
);
