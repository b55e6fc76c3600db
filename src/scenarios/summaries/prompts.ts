// What users give in this scenario: notes about events; who-with-what pairs of the held-out notes never occur in training.

import { hashKey, RandomSource, Stream } from "../../random";
import type { ScenarioPrompt } from "../scenario";
import { type Facts, WORDS_OF } from "./lexicon";
import { type NoteStyle, randomFacts, writeNote } from "./notes";

const TRAIN_NOTES = 4000;
const HELDOUT_NOTES = 320;
/** One in so many pairs of a person and a thing is held out. */
const HELDOUT_PAIRS = 8;
/** Share of ordinary notes with a statement that distracts. */
const DISTRACTING_SHARE = 0.4;
/** Keys of the random sources of the three sets. */
const Draw = { train: 1, heldout: 2, hard: 3 } as const;

/** Whether training never sees this person with this thing. */
export function isHeldOut({ who, thing }: Pick<Facts, "who" | "thing">): boolean {
  return hashKey(WORDS_OF.who.indexOf(who), WORDS_OF.thing.indexOf(thing)) % HELDOUT_PAIRS === 0;
}

function notes(count: number, draw: number, heldOut: boolean, style: (random: RandomSource) => NoteStyle): ScenarioPrompt[] {
  const random = new RandomSource(draw, Stream.corpus);
  const texts = new Set<string>();
  while (texts.size < count) {
    const facts = randomFacts(random);
    if (isHeldOut(facts) === heldOut) texts.add(writeNote(facts, style(random), random));
  }
  return [...texts].map((text) => ({ text }));
}

const ordinary = (random: RandomSource): NoteStyle =>
  random.uniform() < DISTRACTING_SHARE ? { asides: random.below(2), distractions: 1 } : { asides: 1, distractions: 0 };

/** Notes for supervised training, reward modelling and PPO. */
export function trainPrompts(): ScenarioPrompt[] {
  return notes(TRAIN_NOTES, Draw.train, false, ordinary);
}

/** Notes about people with things that training never sees together. */
export function heldoutPrompts(): ScenarioPrompt[] {
  return notes(HELDOUT_NOTES, Draw.heldout, true, ordinary);
}

/** Such notes with two statements about something else: more people, places, things and times than the summary should name. */
export function hardPrompts(): ScenarioPrompt[] {
  return notes(HELDOUT_NOTES, Draw.hard, true, () => ({ asides: 0, distractions: 2 }));
}
