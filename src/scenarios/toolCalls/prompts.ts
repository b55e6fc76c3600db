// What users ask in this scenario; some combinations of values are kept from training, and some ways of asking too.

import { RandomSource, Stream } from "../../random";
import type { ScenarioPrompt } from "../scenario";
import { PHRASINGS, type Phrasing } from "./phrasings";
import { CORRECTION_MARKERS, type Filling, kindOf, slotsOf, writeRequest } from "./requests";
import { ALL_TOOLS } from "./tools";
import { type Kind, type SpokenValue, valuesOf } from "./values";

const TRAIN_PROMPTS = 14_000;
const HELDOUT_PROMPTS = 512;
const HARD_PROMPTS = 256;
/** Share of prompts that no tool covers. */
const TALK_SHARE = 0.3;
/** One combination of values in so many is held out. */
const HELDOUT_EVERY = 8;
/** Share of usual prompts with a slip of the tongue; in training only these kinds have one. */
const CORRECTED_SHARE = 0.1;
const CORRECTED_IN_TRAINING: ReadonlySet<Kind> = new Set<Kind>(["city", "day"]);

const pick = <T>(items: readonly T[], random: RandomSource): T => items[random.below(items.length)] as T;
const USUAL = PHRASINGS.filter(({ hard }) => !hard);
const HARD = PHRASINGS.filter(({ hard }) => hard);

type Fillings = Readonly<Record<string, Filling>>;

/**
 * Whether a combination is held out: the same values of the same tool (of the same phrasing without a tool) in any words. Sums of
 * places in the lists, so that every single value, and nearly every two together, still occur in training.
 */
function isHeldOut({ tool }: Phrasing, fillings: Fillings): boolean {
  const places = Object.keys(fillings)
    .sort()
    .map((slot) => valuesOf(kindOf(tool, slot)).findIndex(({ value }) => value === (fillings[slot] as Filling).value));
  return places.reduce((sum, place, i) => sum + place * (2 * i + 1), 0) % HELDOUT_EVERY === 0;
}

function drawPhrasing(from: readonly Phrasing[], random: RandomSource): Phrasing {
  const tool = random.uniform() < TALK_SHARE ? null : pick(ALL_TOOLS, random);
  return pick(
    from.filter((phrasing) => phrasing.tool === tool),
    random,
  );
}

/** Random values, no two alike in one request. */
function drawFillings(phrasing: Phrasing, random: RandomSource): Fillings {
  const chosen: Record<string, Filling> = {};
  for (const slot of slotsOf(phrasing)) {
    const taken = new Set(Object.values(chosen).map(({ value }) => value));
    const { value, said } = pick(
      valuesOf(kindOf(phrasing.tool, slot)).filter((candidate) => !taken.has(candidate.value)),
      random,
    );
    chosen[slot] = { value, said: pick(said, random), corrected: null };
  }
  return chosen;
}

/** One value of the given kinds gets a slip of the tongue before it; null where the phrasing has none of them. */
function correct(phrasing: Phrasing, fillings: Fillings, isMeant: (kind: Kind) => boolean, random: RandomSource): Fillings | null {
  const slots = slotsOf(phrasing).filter((slot) => isMeant(kindOf(phrasing.tool, slot)));
  if (phrasing.tool === null || slots.length === 0) return null;
  const slot = pick(slots, random);
  const meant = fillings[slot] as Filling;
  const used = new Set(Object.values(fillings).map(({ value }) => value));
  const others: readonly SpokenValue[] = valuesOf(kindOf(phrasing.tool, slot)).filter(({ value }) => !used.has(value));
  const corrected = { wrong: pick(pick(others, random).said, random), marker: pick(CORRECTION_MARKERS, random) };
  return { ...fillings, [slot]: { ...meant, corrected } };
}

/** Distinct prompts; `draw` returns null where it has to draw again. */
function collect(count: number, seed: number, draw: (random: RandomSource) => string | null): ScenarioPrompt[] {
  const random = new RandomSource(Stream.corpus, seed);
  const texts = new Set<string>();
  while (texts.size < count) {
    const text = draw(random);
    if (text !== null) texts.add(text);
  }
  return Array.from(texts, (text) => ({ text }));
}

function drawUsual(random: RandomSource, heldOut: boolean): string | null {
  const phrasing = drawPhrasing(USUAL, random);
  const fillings = drawFillings(phrasing, random);
  if (isHeldOut(phrasing, fillings) !== heldOut) return null;
  const slip = random.uniform() < CORRECTED_SHARE ? correct(phrasing, fillings, (kind) => CORRECTED_IN_TRAINING.has(kind), random) : null;
  return writeRequest(phrasing, slip ?? fillings);
}

/** Prompts for supervised training, reward modelling and PPO. */
export function trainPrompts(): ScenarioPrompt[] {
  return collect(TRAIN_PROMPTS, 0, (random) => drawUsual(random, false));
}

/** The same phrasings with combinations of values that training never sees, in any phrasing of the tool. */
export function heldoutPrompts(): ScenarioPrompt[] {
  return collect(HELDOUT_PROMPTS, 1, (random) => drawUsual(random, true));
}

/**
 * Held-out combinations again, half of them in phrasings that training never sees and that sound like another tool (or like a tool
 * where there is none), half corrected ("in rupees, no, yen") where training never is.
 */
export function hardPrompts(): ScenarioPrompt[] {
  return collect(HARD_PROMPTS, 2, (random) => {
    const odd = random.uniform() < 0.5;
    const phrasing = drawPhrasing(odd ? HARD : USUAL, random);
    const fillings = drawFillings(phrasing, random);
    if (!isHeldOut(phrasing, fillings)) return null;
    if (odd) return writeRequest(phrasing, fillings);
    const slip = correct(phrasing, fillings, (kind) => !CORRECTED_IN_TRAINING.has(kind), random);
    return slip && writeRequest(phrasing, slip);
  });
}
