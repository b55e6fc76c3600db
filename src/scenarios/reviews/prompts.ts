// What users ask in this scenario: every topic of every film in several phrasings; some topic-film pairs are held out.

import { hashKey } from "../../random";
import type { ScenarioPrompt } from "../scenario";
import { FILMS, TOPICS } from "./lexicon";

/** Topic-film pairs that no training ever sees, in any phrasing. */
const HELDOUT_PAIRS = 40;

const ALL_TOPICS: readonly string[] = Object.values(TOPICS).flat();
const PLURAL_TOPICS: ReadonlySet<string> = new Set<string>(TOPICS.plural);

/** Phrasings; "is" and "was" agree with the topic. */
const PHRASINGS: readonly ((topic: string, film: string, plural: boolean) => string)[] = [
  (topic, film) => `what did you think of the ${topic} in this ${film} ?`,
  (topic, film) => `tell me about the ${topic} in this ${film} .`,
  (topic, film, plural) => `how ${plural ? "are" : "is"} the ${topic} in this ${film} ?`,
  (topic, film) => `please review the ${topic} of this ${film} .`,
  (topic, film) => `write a few words about the ${topic} in this ${film} .`,
  (topic, film, plural) => `we just saw this ${film} . how ${plural ? "were" : "was"} the ${topic} ?`,
  (topic, film) => `should i see this ${film} for the ${topic} ?`,
  (topic, film) => `describe the ${topic} of this ${film} .`,
];

interface Pair {
  readonly topic: string;
  readonly film: string;
}

/** All pairs in an order that is fixed and looks random, so the held-out ones spread over topics and films. */
function shuffledPairs(): Pair[] {
  const pairs = ALL_TOPICS.flatMap((topic, i) => FILMS.map((film, j) => ({ topic, film, key: hashKey(i, j) })));
  return pairs.sort((a, b) => a.key - b.key);
}

const phrase = ({ topic, film }: Pair): ScenarioPrompt[] =>
  PHRASINGS.map((phrasing) => ({ text: phrasing(topic, film, PLURAL_TOPICS.has(topic)) }));

/** Prompts for supervised training, reward modelling and PPO. */
export function trainPrompts(): ScenarioPrompt[] {
  return shuffledPairs().slice(HELDOUT_PAIRS).flatMap(phrase);
}

/** Prompts about topic-film pairs that training never sees, phrasing by phrasing so that any first n cover many pairs. */
export function heldoutPrompts(): ScenarioPrompt[] {
  const byPair = shuffledPairs().slice(0, HELDOUT_PAIRS).map(phrase);
  return PHRASINGS.flatMap((_, i) => byPair.map((prompts) => prompts[i] as ScenarioPrompt));
}

/** Two phrasings in one request about a held-out pair: longer than anything in training, and worded like nothing there. */
export function hardPrompts(): ScenarioPrompt[] {
  const byPair = shuffledPairs().slice(0, HELDOUT_PAIRS).map(phrase);
  return PHRASINGS.flatMap((_, i) => byPair.map((prompts) => ({ text: `${prompts[i]?.text} ${prompts[(i + 3) % prompts.length]?.text}` })));
}

const TOPIC_SET: ReadonlySet<string> = new Set(ALL_TOPICS);
const FILM_SET: ReadonlySet<string> = new Set<string>(FILMS);

/** The topic and the film that a prompt (rendered or not) asks about; null where it names none. */
export function askedFor(queryText: string): { readonly topic: string | null; readonly film: string | null } {
  const words = queryText.split(/[^a-z]+/);
  return {
    topic: words.find((word) => TOPIC_SET.has(word)) ?? null,
    film: words.find((word) => FILM_SET.has(word)) ?? null,
  };
}

/** Every word that a prompt can hold. */
export function promptWords(): string[] {
  return [...new Set([...trainPrompts(), ...heldoutPrompts()].flatMap(({ text }) => text.split(" ")))].sort();
}
