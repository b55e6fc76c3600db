// A probabilistic grammar as typed rules: the same rules write sentences, recognise them, give them a meaning and count them.

import { ConfigError } from "../errors";
import type { RandomSource } from "../random";

/** One way to expand a symbol. */
export interface Alternative {
  /** Relative probability among the symbol's alternatives. */
  readonly weight: number;
  /** Words and symbols in order; a symbol is written `<name>`. */
  readonly parts: readonly string[];
  /** A judgement this alternative itself makes, in [-1, 1] (cold to warm). */
  readonly polarity?: number;
  /** Multiplies the judgement of the parts; negative for negation. */
  readonly scale?: number;
  /** Weights of the judgements of the parts that make one, in order; default: all equal. */
  readonly mix?: readonly number[];
  /** A topic that this alternative names. */
  readonly topic?: string;
}

/** Symbol (without brackets) to its alternatives. No symbol may lead back to itself. */
export type Rules = ReadonlyMap<string, readonly Alternative[]>;

export interface Grammar {
  readonly rules: Rules;
  readonly start: string;
  /** Longest sentence in words; longer derivations do not belong to the language. */
  readonly maxWords: number;
}

/** What a sentence says: how warm it is (null: it makes no judgement) and which topics it names. */
export interface Meaning {
  /** [-1, 1] */
  readonly polarity: number | null;
  readonly topics: ReadonlySet<string>;
}

/** Replaces an alternative's weight while writing, e.g. to ask for a topic. */
export type Reweight = (symbol: string, alternative: Alternative) => number;

const symbolOf = (part: string): string | null => (part.startsWith("<") && part.endsWith(">") ? part.slice(1, -1) : null);

function alternativesOf(rules: Rules, symbol: string): readonly Alternative[] {
  const alternatives = rules.get(symbol);
  if (!alternatives) throw new ConfigError(`Grammar: expected a rule for <${symbol}>, but there is none. Define it or correct the name.`);
  return alternatives;
}

/**
 * One random derivation of the start symbol, drawn again while it is longer than `maxWords`.
 * @returns words in order
 */
export function writeSentence(grammar: Grammar, random: RandomSource, reweight: Reweight = (_, { weight }) => weight): string[] {
  for (;;) {
    const words: string[] = [];
    expand(grammar.rules, grammar.start, random, reweight, words);
    if (words.length <= grammar.maxWords) return words;
  }
}

function expand(rules: Rules, symbol: string, random: RandomSource, reweight: Reweight, words: string[]): void {
  const alternatives = alternativesOf(rules, symbol);
  const weights = alternatives.map((alternative) => reweight(symbol, alternative));
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  let chosen = alternatives.length - 1;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i] as number;
    if (left < 0) {
      chosen = i;
      break;
    }
  }
  for (const part of (alternatives[chosen] as Alternative).parts) {
    const inner = symbolOf(part);
    if (inner === null) words.push(part);
    else expand(rules, inner, random, reweight, words);
  }
}

interface Reading extends Meaning {
  /** Index of the first word after the phrase. */
  readonly end: number;
}

/** All meanings of a sentence: one per derivation, none when it is not in the language. */
export function readSentence(grammar: Grammar, words: readonly string[]): Meaning[] {
  if (words.length > grammar.maxWords) return [];
  const known = new Map<string, readonly Reading[]>();

  const readSymbol = (symbol: string, from: number): readonly Reading[] => {
    const key = `${from} ${symbol}`;
    const before = known.get(key);
    if (before) return before;
    const readings = alternativesOf(grammar.rules, symbol).flatMap((alternative) => readAlternative(alternative, from));
    known.set(key, readings);
    return readings;
  };

  const readAlternative = (alternative: Alternative, from: number): Reading[] => {
    let partial: { readonly end: number; readonly children: readonly Reading[] }[] = [{ end: from, children: [] }];
    for (const part of alternative.parts) {
      const inner = symbolOf(part);
      partial =
        inner === null
          ? partial.filter(({ end }) => words[end] === part).map(({ end, children }) => ({ end: end + 1, children }))
          : partial.flatMap(({ end, children }) =>
              readSymbol(inner, end).map((child) => ({ end: child.end, children: [...children, child] })),
            );
      if (partial.length === 0) return [];
    }
    return partial.map(({ end, children }) => ({ end, ...composeMeaning(alternative, children) }));
  };

  return readSymbol(grammar.start, 0).filter(({ end }) => end === words.length);
}

/** The judgement is the alternative's own, or the weighted mean of its parts', times `scale`, kept in [-1, 1]. */
function composeMeaning(alternative: Alternative, children: readonly Meaning[]): Meaning {
  const topics = new Set(children.flatMap((child) => [...child.topics]));
  if (alternative.topic !== undefined) topics.add(alternative.topic);
  const judgements = children.map((child) => child.polarity).filter((polarity) => polarity !== null);
  if (alternative.polarity !== undefined) return { polarity: alternative.polarity, topics };
  if (judgements.length === 0) return { polarity: null, topics };
  const weights = judgements.map((_, i) => alternative.mix?.[i] ?? 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = judgements.reduce((sum, polarity, i) => sum + polarity * (weights[i] as number), 0) / total;
  return { polarity: Math.max(-1, Math.min(1, mean * (alternative.scale ?? 1))), topics };
}

/** Exact number of derivations with at most `maxWords` words. */
export function countDerivations(grammar: Grammar): bigint {
  const known = new Map<string, readonly bigint[]>();
  // countByLength(symbol)[n]: derivations of exactly n words
  const countByLength = (symbol: string): readonly bigint[] => {
    const before = known.get(symbol);
    if (before) return before;
    const total = new Array<bigint>(grammar.maxWords + 1).fill(0n);
    for (const { parts } of alternativesOf(grammar.rules, symbol)) {
      let product: bigint[] = [1n];
      for (const part of parts) {
        const inner = symbolOf(part);
        product = convolve(product, inner === null ? [0n, 1n] : countByLength(inner), grammar.maxWords);
      }
      product.forEach((count, length) => {
        total[length] = (total[length] as bigint) + count;
      });
    }
    known.set(symbol, total);
    return total;
  };
  return countByLength(grammar.start).reduce((sum, count) => sum + count, 0n);
}

function convolve(a: readonly bigint[], b: readonly bigint[], maxLength: number): bigint[] {
  const product = new Array<bigint>(maxLength + 1).fill(0n);
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      if (x !== 0n && y !== 0n && i + j <= maxLength) product[i + j] = (product[i + j] as bigint) + x * y;
    });
  });
  return product;
}

/** Every word the grammar can write, sorted. */
export function wordsOf(rules: Rules): string[] {
  const words = new Set<string>();
  for (const alternatives of rules.values())
    for (const { parts } of alternatives) for (const part of parts) if (symbolOf(part) === null) words.add(part);
  return [...words].sort();
}
