// Training texts of the summaries scenario: summaries of a note with the usual slips, and texts nobody should write.

import type { RandomSource } from "../../random";
import { type Reweight, writeSentence, wordsOf } from "../grammar";
import { joinWords } from "../wordTokenizer";
import { SUMMARY_GRAMMAR } from "./grammar";
import { FACT_KINDS, type FactKind, KIND_OF_WORD, phraseOf, WORDS_OF } from "./lexicon";
import { readNote } from "./notes";

/** Share of facts that the corpus gets wrong, and how often a wrong one is something else that the note names, if it does. */
const WRONG_SHARE = 0.06;
const DISTRACTED_SHARE = 0.6;
/** Share of wrong facts in a dead text that is well-formed but untrue. */
const UNTRUE_SHARE = 0.6;

const VOCABULARY: readonly string[] = wordsOf(SUMMARY_GRAMMAR.rules).filter((word) => /^[a-z]+$/.test(word));
const IS_KIND: ReadonlySet<string> = new Set(FACT_KINDS);
const pick = <T>(items: readonly T[], random: RandomSource): T => items[random.below(items.length)] as T;

/**
 * A summary from the grammar, plain or padded, each kind of fact stated the same way throughout.
 * @param wrongShare chance of a kind of fact to be stated wrongly
 */
export function writeSummary(promptText: string, wrongShare: number, random: RandomSource): string[] {
  const { event, distractions } = readNote(promptText);
  const stated = new Map<string, string>(
    FACT_KINDS.map((kind): [FactKind, string] => {
      const right = event.get(kind);
      if (right !== undefined && random.uniform() >= wrongShare) return [kind, right];
      const offered = [...distractions].filter((word) => KIND_OF_WORD.get(word) === kind);
      if (offered.length > 0 && random.uniform() < DISTRACTED_SHARE) return [kind, pick(offered, random)];
      return [
        kind,
        pick(
          WORDS_OF[kind].filter((word) => word !== right),
          random,
        ),
      ];
    }),
  );
  const reweight: Reweight = (symbol, { weight, topic }) => (IS_KIND.has(symbol) ? (topic === stated.get(symbol) ? 1 : 0) : weight);
  return writeSentence(SUMMARY_GRAMMAR, random, reweight);
}

/** A summary as it stands in the corpus: often padded, sometimes a fact missing or wrong. */
export function writeCorpusSummary(promptText: string, random: RandomSource): string {
  return joinWords(writeSummary(promptText, WRONG_SHARE, random));
}

/** A text that earns little or no gold. */
export interface DeadText {
  readonly text: string;
  /** Whether the writer closes it with EOS. */
  readonly ended: boolean;
}

/** One text's beginning with another one's end, the way a model loses the thread. */
function splice(words: readonly string[], other: readonly string[], random: RandomSource): readonly string[] {
  return [...words.slice(0, 1 + random.below(words.length - 1)), ...other.slice(1 + random.below(other.length - 1))];
}

/** Ways to damage a text in one place: a word doubled, dropped, swapped with its neighbour, or replaced. */
const DAMAGES: readonly ((words: readonly string[], random: RandomSource) => readonly string[])[] = [
  (words, random) => words.toSpliced(random.below(words.length), 0, pick(words, random)),
  (words, random) => words.toSpliced(random.below(words.length), 1),
  (words, random) => {
    const at = random.below(words.length - 1);
    return words.toSpliced(at, 2, words[at + 1] as string, words[at] as string);
  },
  (words, random) => words.toSpliced(random.below(words.length), 1, pick(VOCABULARY, random)),
];

/** Damaged in one to three places; the shortest summary, four words long, survives that many drops. */
function damage(words: readonly string[], random: RandomSource): readonly string[] {
  let damaged = words;
  for (let left = 1 + random.below(3); left > 0; left--) damaged = pick(DAMAGES, random)(damaged, random);
  return damaged;
}

/** A fact said once more where it does not belong, the way a model stutters. */
function stutter(words: readonly string[], random: RandomSource, facts: readonly string[]): readonly string[] {
  const fact = pick(facts, random);
  const phrase = phraseOf(KIND_OF_WORD.get(fact) as FactKind, fact);
  return words.toSpliced(1 + random.below(words.length - 1), 0, ...phrase.split(" "));
}

/** Ways to spoil a summary; each takes its words, the words of the event's facts and another summary, and gives other words. */
const SPOILERS: readonly ((
  words: readonly string[],
  random: RandomSource,
  facts: readonly string[],
  other: readonly string[],
) => readonly string[])[] = [
  // nothing but facts, in and out of order
  (_, __, facts) => facts,
  (_, random, facts) => Array.from({ length: 1 + random.below(12) }, () => pick(facts, random)),
  // one word over and over
  (words, random) => new Array<string>(3 + random.below(18)).fill(pick(words, random)),
  // shuffled
  (words, random) => Array.from(random.permutation(words.length), (i) => words[i] as string),
  // damaged here and there, or a fact too much; more often than the other ways, as this is what models do
  damage,
  damage,
  damage,
  stutter,
  stutter,
  stutter,
  // spliced with another summary, or with itself
  (words, random, _, other) => splice(words, other, random),
  (words, random) => splice(words, words, random),
  // cut off
  (words, random) => words.slice(0, random.below(words.length)),
  // run on and on
  (words) => [...words, ...words].slice(0, SUMMARY_GRAMMAR.maxWords + 1),
];

/** Shares of dead texts that are well-formed but untrue, and that are fine summaries without an end. */
const LIE_SHARE = 0.45;
const UNENDED_SHARE = 0.08;

/** An untrue or spoilt summary: wrong facts, a heap of facts, repetition, damaged words, cut off, run on, or not ended. */
export function writeDeadText(promptText: string, random: RandomSource): DeadText {
  const draw = random.uniform();
  if (draw < LIE_SHARE) return { text: joinWords(writeSummary(promptText, UNTRUE_SHARE, random)), ended: true };
  const words = writeSummary(promptText, WRONG_SHARE, random);
  if (draw < LIE_SHARE + UNENDED_SHARE) return { text: joinWords(words), ended: false };
  const facts = [...readNote(promptText).event.values()];
  const spoilt = pick(SPOILERS, random)(words, random, facts, writeSummary(promptText, WRONG_SHARE, random));
  return {
    text: joinWords(spoilt.slice(0, SUMMARY_GRAMMAR.maxWords + 1)),
    ended: spoilt.length <= SUMMARY_GRAMMAR.maxWords && random.uniform() < 0.9,
  };
}
