// The word-level tokenizer of the review scenario as Hugging Face files: one token per word or punctuation mark.

import { addedTokens, SPECIAL_TOKENS } from "../chatTemplate";
import { wordsOf } from "../grammar";
import { REVIEW_GRAMMAR } from "./grammar";
import { promptWords } from "./prompts";

/** Special tokens first, then every word of prompts and reviews in alphabetical order. */
export function vocabulary(): string[] {
  return [...Object.values(SPECIAL_TOKENS), ...new Set([...promptWords(), ...wordsOf(REVIEW_GRAMMAR.rules)].sort())];
}

/** `tokenizer.json`: WordLevel model, split at spaces and punctuation. */
export function tokenizerJson(): object {
  const vocab = Object.fromEntries(vocabulary().map((token, id) => [token, id]));
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens(),
    normalizer: { type: "Lowercase" },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [{ type: "WhitespaceSplit" }, { type: "Split", pattern: { Regex: "[.,!?]" }, behavior: "Isolated", invert: false }],
    },
    post_processor: null,
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: { type: "WordLevel", vocab, unk_token: SPECIAL_TOKENS.unknown },
  };
}
