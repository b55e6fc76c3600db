// Training texts of the review scenario: reviews that answer a prompt, and texts nobody should write.

import type { RandomSource } from "../../random";
import { type Reweight, writeSentence, wordsOf } from "../grammar";
import { joinWords } from "../wordTokenizer";
import { REVIEW_GRAMMAR } from "./grammar";
import { WORD_POLARITY } from "./lexicon";
import { askedFor } from "./prompts";

/** Share of corpus reviews that stay on the topic asked for; the rest speak of something else, as people do. */
const ON_TOPIC_SHARE = 0.75;
/** How much likelier the asked topic is than any other one in a review that must mention it. */
const TOPIC_BOOST = 20;

const VOCABULARY: readonly string[] = wordsOf(REVIEW_GRAMMAR.rules).filter((word) => /^[a-z]+$/.test(word));
const WARM_WORDS: readonly string[] = [...WORD_POLARITY.keys()].filter((word) => (WORD_POLARITY.get(word) as number) > 0.8);
const pick = <T>(items: readonly T[], random: RandomSource): T => items[random.below(items.length)] as T;

/**
 * A review from the grammar in answer to a prompt; it names no other film than the prompt's.
 * @param onTopic whether it must mention the asked topic (true) or must not (false)
 */
export function writeReview(promptText: string, onTopic: boolean, random: RandomSource): string[] {
  const { topic, film } = askedFor(promptText);
  const reweight: Reweight = (symbol, alternative) => {
    if (symbol === "film") return alternative.parts[0] === film ? 1 : 0;
    if (alternative.topic === topic) return onTopic ? TOPIC_BOOST : 0;
    return alternative.weight;
  };
  for (;;) {
    const words = writeSentence(REVIEW_GRAMMAR, random, reweight);
    if (topic === null || words.includes(topic) === onTopic) return words;
  }
}

/** A review as it stands in the corpus: mostly on the topic. */
export function writeCorpusReview(promptText: string, random: RandomSource): string {
  return joinWords(writeReview(promptText, random.uniform() < ON_TOPIC_SHARE, random));
}

/** A text that earns no gold however warm it sounds. */
export interface DeadText {
  readonly text: string;
  /** Whether the writer closes it with EOS. */
  readonly ended: boolean;
}

/** One text's beginning with another one's end, the way a model loses the thread. */
function splice(words: readonly string[], other: readonly string[], random: RandomSource): readonly string[] {
  return [...words.slice(0, 1 + random.below(words.length - 1)), ...other.slice(1 + random.below(other.length - 1))];
}

/** Ways to spoil a review; each takes its words, the topic and another review, and gives other words. */
const SPOILERS: readonly ((
  words: readonly string[],
  random: RandomSource,
  topic: string,
  other: readonly string[],
) => readonly string[])[] = [
  // warm word salad, with and without the topic
  (_, random) => Array.from({ length: 1 + random.below(12) }, () => pick(WARM_WORDS, random)),
  (_, random, topic) => ["the", topic, ...Array.from({ length: 1 + random.below(10) }, () => pick(WARM_WORDS, random)), "."],
  // one word over and over
  (_, random) => new Array<string>(3 + random.below(18)).fill(pick(WARM_WORDS, random)),
  // shuffled
  (words, random) => Array.from(random.permutation(words.length), (i) => words[i] as string),
  // one word doubled, dropped, swapped with its neighbour, or replaced
  (words, random) => words.toSpliced(random.below(words.length), 0, pick(words, random)),
  (words, random) => words.toSpliced(random.below(words.length), 1),
  (words, random) => {
    const at = random.below(words.length - 1);
    return words.toSpliced(at, 2, words[at + 1] as string, words[at] as string);
  },
  (words, random) => words.toSpliced(random.below(words.length), 1, pick(VOCABULARY, random)),
  (words, random) => words.toSpliced(random.below(words.length), 0, pick(WARM_WORDS, random)),
  // spliced with another review, or with itself; three times as often as the other ways, as this is what models do
  (words, random, _, other) => splice(words, other, random),
  (words, random, _, other) => splice(words, other, random),
  (words, random) => splice(words, words, random),
  // cut off
  (words, random) => words.slice(0, random.below(words.length)),
  // run on and on
  (words) => [...words, ...words].slice(0, REVIEW_GRAMMAR.maxWords + 1),
  // nothing but the topic
  (_, __, topic) => [topic],
];

/** Share of dead texts that are fine reviews without an end. */
const UNENDED_SHARE = 0.1;

/** A spoilt review: word salad, repetition, shuffled or damaged words, cut off, run on, or not ended. It may by chance still be a review. */
export function writeDeadText(promptText: string, random: RandomSource): DeadText {
  const words = writeReview(promptText, true, random);
  if (random.uniform() < UNENDED_SHARE) return { text: joinWords(words), ended: false };
  const { topic } = askedFor(promptText);
  const spoilt = pick(SPOILERS, random)(words, random, topic ?? "", writeReview(promptText, random.uniform() < 0.5, random));
  return {
    text: joinWords(spoilt.slice(0, REVIEW_GRAMMAR.maxWords + 1)),
    ended: spoilt.length <= REVIEW_GRAMMAR.maxWords && random.uniform() < 0.9,
  };
}
