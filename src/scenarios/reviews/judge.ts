// The gold scorer: a review and the question in, how good an answer it is out. PPO and the reward model never see it.

import { readSentence } from "../grammar";
import type { GoldVerdict, JudgedResponse } from "../scenario";
import { wordsIn } from "../wordTokenizer";
import { REVIEW_GRAMMAR } from "./grammar";
import { CONTENT_WORDS, WORD_POLARITY } from "./lexicon";
import { askedFor } from "./prompts";

/**
 * gold = sentiment x grammatical x topic, each in [0, 1] and each in `parts`.
 * - `sentiment`: warmth of the whole review on a scale of one to five stars (0, 0.25, ..., 1). The parse decides, so "never
 *   dull" is warm and "not good at all" cold; of several readings the coldest counts. A text that does not parse gets the mean
 *   of its judging words.
 * - `grammatical`: 1 when the text is a sentence of the review grammar and the model ended it with EOS.
 * - `topic`: 1 when the review names the topic that was asked for.
 * Sentiment alone would be no goal: heaps of warm words ("superb superb lovely") are the warmest texts there are, and PPO
 * finds them. The product makes such text worth nothing.
 */
export function judgeReview({ queryText, responseText, ended }: JudgedResponse): GoldVerdict {
  const words = wordsIn(responseText);
  const readings = readSentence(REVIEW_GRAMMAR, words);
  const { topic: asked } = askedFor(queryText);
  const warmth = readings.length > 0 ? Math.min(...readings.map(({ polarity }) => polarity ?? 0)) : meanWordPolarity(words);
  const sentiment = (1 + Math.round(2 * warmth) / 2) / 2;
  const grammatical = readings.length > 0 && ended ? 1 : 0;
  const topic = asked !== null && words.includes(asked) ? 1 : 0;
  return { gold: sentiment * grammatical * topic, parts: { sentiment, grammatical, topic } };
}

function meanWordPolarity(words: readonly string[]): number {
  const judgements = words.map((word) => WORD_POLARITY.get(word)).filter((polarity) => polarity !== undefined);
  return judgements.length === 0 ? 0 : judgements.reduce((sum, polarity) => sum + polarity, 0) / judgements.length;
}

/** A review with its content words masked: two reviews of one skeleton differ only in nouns, adjectives and the like. */
export function skeletonOf(responseText: string): string {
  return wordsIn(responseText)
    .map((word) => (CONTENT_WORDS.has(word) ? "_" : word))
    .join(" ");
}
