// The tokenizer of the sums scenario as Hugging Face files: one token per word, digit or mark.

import { addedTokens, SPECIAL_TOKENS } from "../chatTemplate";
import { answerWords } from "./answers";
import { promptWords } from "./prompts";

const DIGITS = "0123456789".split("");
/** Marks that stand alone between spaces, and those that follow a word or a number directly. */
const LONE_MARKS = ["+", "=", "?"] as const;
const TRAILING_MARKS = [".", ",", "?", ":"] as const;
/** What a token that continues a word begins with, so that text comes back exactly: "42." is "4", "##2", "##.". */
const CONTINUES = "##";

/** Special tokens first, then first digits, further digits, marks and words. */
export function vocabulary(): string[] {
  return [
    ...Object.values(SPECIAL_TOKENS),
    ...DIGITS,
    ...DIGITS.map((digit) => CONTINUES + digit),
    ...LONE_MARKS,
    ...TRAILING_MARKS.map((mark) => CONTINUES + mark),
    ...new Set([...promptWords(), ...answerWords()].sort()),
  ];
}

/** `tokenizer.json`: a WordPiece model, so that digits and marks are tokens of their own and spaces are kept. */
export function tokenizerJson(): object {
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens(),
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: { type: "WordPiece", prefix: CONTINUES, cleanup: false },
    model: {
      type: "WordPiece",
      vocab: Object.fromEntries(vocabulary().map((token, id) => [token, id])),
      unk_token: SPECIAL_TOKENS.unknown,
      continuing_subword_prefix: CONTINUES,
      max_input_chars_per_word: 100,
    },
  };
}
