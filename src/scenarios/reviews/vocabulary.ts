// The words of the review scenario, and their tokenizer as a Hugging Face file.

import { wordsOf } from "../grammar";
import { wordTokenizerJson, wordVocabulary } from "../wordTokenizer";
import { REVIEW_GRAMMAR } from "./grammar";
import { promptWords } from "./prompts";

/** Special tokens first, then every word of prompts and reviews in alphabetical order. */
export function vocabulary(): string[] {
  return wordVocabulary([...promptWords(), ...wordsOf(REVIEW_GRAMMAR.rules)]);
}

/** `tokenizer.json`. */
export function tokenizerJson(): object {
  return wordTokenizerJson(vocabulary());
}
