// The facts that notes and summaries speak about: who did what to which thing, where and when; each fact by the one word that names it.

export const FACT_KINDS = ["who", "did", "thing", "where", "when"] as const;
export type FactKind = (typeof FACT_KINDS)[number];

/** One event: the naming word of each fact. */
export type Facts = Readonly<Record<FactKind, string>>;

const phrases = (words: string, phrase: (word: string) => string = (word) => word): (readonly [string, string])[] =>
  words.split(" ").map((word) => [word, phrase(word)]);

/** Naming word to the phrase in which it is said. No word names two facts. */
export const FACTS: Readonly<Record<FactKind, ReadonlyMap<string, string>>> = {
  who: new Map(phrases("anna ben clara david emma felix grace hugo iris kate leo mia oscar rosa tara zoe")),
  did: new Map(phrases("bought cleaned drew found hid lost painted sold")),
  thing: new Map(phrases("bell bike boat clock coin drum hat kite lamp map ring vase", (word) => `a ${word}`)),
  where: new Map([
    ...phrases("beach harbour market museum school station", (word) => `at the ${word}`),
    ...phrases("cairo hanoi lima oslo paris rome", (word) => `in ${word}`),
  ]),
  when: new Map([
    ...phrases("monday tuesday wednesday thursday friday saturday sunday", (word) => `on ${word}`),
    ...phrases("dawn noon", (word) => `at ${word}`),
    ...phrases("april june may", (word) => `in ${word}`),
  ]),
};

export const WORDS_OF: Readonly<Record<FactKind, readonly string[]>> = {
  who: [...FACTS.who.keys()],
  did: [...FACTS.did.keys()],
  thing: [...FACTS.thing.keys()],
  where: [...FACTS.where.keys()],
  when: [...FACTS.when.keys()],
};

/** The kind of fact that a word names. */
export const KIND_OF_WORD: ReadonlyMap<string, FactKind> = new Map(
  FACT_KINDS.flatMap((kind) => WORDS_OF[kind].map((word) => [word, kind] as const)),
);

/** How a fact is said. The word must be one of `WORDS_OF[kind]`. */
export function phraseOf(kind: FactKind, word: string): string {
  return FACTS[kind].get(word) as string;
}
