// Notes: the facts of one event in several statements, among others that do not matter; and what a note says read back from its text.

import { RandomSource } from "../../random";
import { wordsIn } from "../wordTokenizer";
import { FACT_KINDS, type FactKind, type Facts, KIND_OF_WORD, phraseOf, WORDS_OF } from "./lexicon";

/** Ways to tell the event; a place or time not told with it gets a statement of its own. */
const TELLINGS: readonly { readonly event: readonly (FactKind | ",")[]; readonly apart: readonly FactKind[] }[] = [
  { event: ["who", "did", "thing", "where", "when"], apart: [] },
  { event: ["who", "did", "thing", "when", "where"], apart: [] },
  { event: ["when", ",", "who", "did", "thing", "where"], apart: [] },
  { event: ["where", ",", "who", "did", "thing", "when"], apart: [] },
  { event: ["who", "did", "thing", "where"], apart: ["when"] },
  { event: ["who", "did", "thing", "when"], apart: ["where"] },
  { event: ["when", ",", "who", "did", "thing"], apart: ["where"] },
  { event: ["where", ",", "who", "did", "thing"], apart: ["when"] },
  { event: ["who", "did", "thing"], apart: ["where", "when"] },
  { event: ["who", "did", "thing"], apart: ["when", "where"] },
];

/** How a statement begins that tells a place or time of the event apart. */
const APART_OPENINGS = ["it was", "this was"] as const;

/** Statements without a fact. */
const ASIDES = [
  "the sun was out",
  "many people came",
  "it was very loud",
  "there was music",
  "nobody was hurt",
  "a dog barked",
  "the tea was cold",
  "it rained a lot",
] as const;

/** Statements with a fact of something else: a summary should leave it out. */
const DISTRACTIONS: readonly ((other: Facts) => string)[] = [
  ({ who }) => `${who} was there too`,
  ({ who }) => `${who} stayed at home`,
  ({ who, where }) => `${who} works ${phraseOf("where", where)}`,
  ({ who, thing }) => `${who} has ${phraseOf("thing", thing)}`,
  ({ when }) => `they meet again ${phraseOf("when", when)}`,
];

const pick = <T>(items: readonly T[], random: RandomSource): T => items[random.below(items.length)] as T;

/** Facts drawn at random; `not` is avoided kind by kind. */
export function randomFacts(random: RandomSource, not?: Facts): Facts {
  const draw = (kind: FactKind): string => {
    for (;;) {
      const word = pick(WORDS_OF[kind], random);
      if (word !== not?.[kind]) return word;
    }
  };
  return { who: draw("who"), did: draw("did"), thing: draw("thing"), where: draw("where"), when: draw("when") };
}

export interface NoteStyle {
  /** Statements beside the event: those without a fact and those that distract. */
  readonly asides: number;
  readonly distractions: number;
}

/** A note about an event, its statements in random order except that place and time told apart follow the event. */
export function writeNote(facts: Facts, { asides, distractions }: NoteStyle, random: RandomSource): string {
  const { event, apart } = pick(TELLINGS, random);
  const statements = [
    event
      .map((part) => (part === "," ? part : phraseOf(part, facts[part])))
      .join(" ")
      .replace(" ,", ","),
    ...apart.map((kind) => `${pick(APART_OPENINGS, random)} ${phraseOf(kind, facts[kind])}`),
  ];
  const insert = (statement: string): void => {
    statements.splice(random.below(statements.length + 1), 0, statement);
  };
  const beside = random.permutation(ASIDES.length);
  for (let i = 0; i < asides; i++) insert(ASIDES[beside[i] as number] as string);
  const distracting = random.permutation(DISTRACTIONS.length);
  for (let i = 0; i < distractions; i++)
    insert((DISTRACTIONS[distracting[i] as number] as (typeof DISTRACTIONS)[number])(randomFacts(random, facts)));
  return statements.map((statement) => `${statement}.`).join(" ");
}

/** What a text (a note, rendered or not) says. */
export interface NoteContent {
  /** Facts of the event; a kind that the note does not tell is missing. */
  readonly event: ReadonlyMap<FactKind, string>;
  /** Naming words of all other facts. */
  readonly distractions: ReadonlySet<string>;
}

/** Reads a note by its statements: the one with a deed tells the event, and "it was" or "this was" add to it. */
export function readNote(queryText: string): NoteContent {
  const event = new Map<FactKind, string>();
  const distractions = new Set<string>();
  for (const statement of queryText.replace(/<\|[^|]*\|>/g, " ").split(".")) {
    const words = wordsIn(statement);
    const ofEvent =
      words.some((word) => KIND_OF_WORD.get(word) === "did") || APART_OPENINGS.some((opening) => statement.trim().startsWith(opening));
    for (const word of words) {
      const kind = KIND_OF_WORD.get(word);
      if (kind === undefined) continue;
      if (ofEvent && !event.has(kind)) event.set(kind, word);
      else distractions.add(word);
    }
  }
  return { event, distractions };
}

/** Every word that a note can hold. */
export function noteWords(): string[] {
  const distractions = DISTRACTIONS.map((distraction) => distraction(randomFacts(new RandomSource(0))));
  const facts = FACT_KINDS.flatMap((kind) => WORDS_OF[kind].map((word) => phraseOf(kind, word)));
  return [...ASIDES, ...APART_OPENINGS, ...distractions, ...facts, ".", ","].flatMap(wordsIn);
}
