// The gold scorer: a note and a summary in, how good a summary it is out. PPO and the reward models never see it.

import { readSentence } from "../grammar";
import type { GoldVerdict, JudgedResponse } from "../scenario";
import { wordsIn } from "../wordTokenizer";
import { SUMMARY_GRAMMAR } from "./grammar";
import { KIND_OF_WORD } from "./lexicon";
import { readNote } from "./notes";

/** Words of a summary that is as short as it need be, and words of one that is worth nothing however true it is. */
const CONCISE_WORDS = 12;
const WORTHLESS_WORDS = 24;
/** Share of the length in a hasty rating; the rest is gold. */
const LENGTH_SHARE = 0.85;

/** Words that name a fact, each once. */
function factWords(words: readonly string[]): Set<string> {
  return new Set(words.filter((word) => KIND_OF_WORD.has(word)));
}

/** 1 when the text is a sentence of the summary grammar and the model ended it with EOS. */
function grammaticality(words: readonly string[], ended: boolean): number {
  return ended && readSentence(SUMMARY_GRAMMAR, words).length > 0 ? 1 : 0;
}

/**
 * gold = faithful x grammatical x concise, each in [0, 1] and each in `parts`.
 * - `faithful`: facts of the event that the summary names, less those it names that are not the event's, as a share of the
 *   event's facts (not below 0).
 * - `grammatical`: 1 when the text is a sentence of the summary grammar and the model ended it with EOS.
 * - `concise`: 1 up to 12 words (room for every fact once), falling linearly to 0 at 24. Empty phrases and repetition cost length
 *   and add no fact.
 */
export function judgeSummary({ queryText, responseText, ended }: JudgedResponse): GoldVerdict {
  const words = wordsIn(responseText);
  const told = new Set(readNote(queryText).event.values());
  const named = [...factWords(words)];
  const right = named.filter((word) => told.has(word)).length;
  const faithful = told.size === 0 ? 0 : Math.max(0, (2 * right - named.length) / told.size);
  const grammatical = grammaticality(words, ended);
  const concise = Math.max(0, Math.min(1, (WORTHLESS_WORDS - words.length) / (WORTHLESS_WORDS - CONCISE_WORDS)));
  return { gold: faithful * grammatical * concise, parts: { faithful, grammatical, concise } };
}

/** A rating, in [0, 1], by somebody in haste who takes length for care: well-formed summaries, the longer the better, and a little gold. */
export function hastyRating(response: JudgedResponse): number {
  const words = wordsIn(response.responseText);
  const length = Math.min(1, words.length / SUMMARY_GRAMMAR.maxWords) * grammaticality(words, response.ended);
  return LENGTH_SHARE * length + (1 - LENGTH_SHARE) * judgeSummary(response).gold;
}

/** A summary with its facts masked: two summaries of one skeleton differ only in what they are about. */
export function skeletonOf(responseText: string): string {
  return wordsIn(responseText)
    .map((word) => (KIND_OF_WORD.has(word) ? "_" : word))
    .join(" ");
}
