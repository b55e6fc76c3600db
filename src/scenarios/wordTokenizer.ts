// A word-level tokenizer as a Hugging Face file: one token per word or punctuation mark; and text to such words and back.

import { addedTokens, SPECIAL_TOKENS } from "./chatTemplate";

/** Words and punctuation marks of a text. */
export function wordsIn(text: string): string[] {
  return text.match(/[a-z]+|[^a-z\s]/g) ?? [];
}

/** Words as people write them: no space before a punctuation mark. */
export function joinWords(words: readonly string[]): string {
  return words.join(" ").replace(/ ([.,!?])/g, "$1");
}

/** Special tokens first, then the words in alphabetical order, each once. */
export function wordVocabulary(words: Iterable<string>): string[] {
  return [...Object.values(SPECIAL_TOKENS), ...[...new Set(words)].sort()];
}

/** `tokenizer.json`: WordLevel model, split at spaces and punctuation. */
export function wordTokenizerJson(vocabulary: readonly string[]): object {
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
    model: { type: "WordLevel", vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])), unk_token: SPECIAL_TOKENS.unknown },
  };
}
