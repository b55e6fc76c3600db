// The words of the summaries scenario, and their tokenizer as a Hugging Face file.

import { wordsOf } from "../grammar";
import { wordTokenizerJson, wordVocabulary } from "../wordTokenizer";
import { SUMMARY_GRAMMAR } from "./grammar";
import { noteWords } from "./notes";

/** Special tokens first, then every word of notes and summaries in alphabetical order. */
export function vocabulary(): string[] {
  return wordVocabulary([...noteWords(), ...wordsOf(SUMMARY_GRAMMAR.rules)]);
}

/** `tokenizer.json`. */
export function tokenizerJson(): object {
  return wordTokenizerJson(vocabulary());
}
