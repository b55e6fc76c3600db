// Options that hold a number: how plus and minus move them and what is wrong with an entry; which of them the page puts first.

import type { ConfigField, LabConfig } from "../../src/config";
import { FIELDS, type NumberField } from "../../src/config";
import type { NumberWriter } from "../strings/numbers";
import type { Translate } from "../strings/strings";

/** Every option that holds a number, or null for none. */
export type NumberOption = { [K in ConfigField]: LabConfig[K] extends number | null ? K : never }[ConfigField];

export type KnobField =
  | "learningRate"
  | "initKlCoef"
  | "cliprange"
  | "ppoEpochs"
  | "temperature"
  | "perDeviceTrainBatchSize"
  | "gradientAccumulationSteps"
  | "ppoBufferSize"
  | "seed"
  | "maxSteps";

export const MAIN_KNOBS = ["learningRate", "initKlCoef", "cliprange", "ppoEpochs", "temperature"] as const satisfies KnobField[];
export const BATCH_KNOBS = ["perDeviceTrainBatchSize", "gradientAccumulationSteps", "ppoBufferSize"] as const satisfies KnobField[];

export function knobSpec(field: NumberOption): NumberField {
  return FIELDS[field] as NumberField;
}

type Direction = 1 | -1;
type Nudge = (value: number, direction: Direction) => number;

/** The next value of 1, 2, 5, 10, 20, ... in the direction. */
const oneTwoFive: Nudge = (value, direction) => {
  if (value <= 0) return direction > 0 ? 0.01 : 0;
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const ladder = [-1, 0, 1].flatMap((shift) => [1, 2, 5].map((digit) => Number(`${digit}e${exponent + shift}`)));
  const beyond = ladder.filter((rung) => (direction > 0 ? rung > value * 1.001 : rung < value * 0.999));
  return (direction > 0 ? beyond[0] : beyond.at(-1)) ?? value;
};
/** The same in whole numbers, with 0 below 1. */
const wholeOneTwoFive: Nudge = (value, direction) => {
  if (value <= 1 && direction < 0) return 0;
  return Math.max(1, Math.round(oneTwoFive(value, direction)));
};
const by =
  (amount: number, decimals = 0): Nudge =>
  (value, direction) =>
    Number((value + direction * amount).toFixed(decimals));
const doubling: Nudge = (value, direction) => (direction > 0 ? Math.max(1, value * 2) : value > 1 ? Math.ceil(value / 2) : 0);

const NUDGES: Readonly<Record<NumberOption, Nudge>> = {
  seed: by(1),
  maxSamples: wholeOneTwoFive,
  cutoffLen: by(16),
  perDeviceTrainBatchSize: doubling,
  gradientAccumulationSteps: by(1),
  ppoBufferSize: by(1),
  numTrainEpochs: by(1),
  maxSteps: by(10),
  temperature: by(0.1, 2),
  topK: wholeOneTwoFive,
  topP: by(0.05, 2),
  maxNewTokens: by(4),
  maxLength: by(16),
  repetitionPenalty: by(0.1, 2),
  freezeTrainableLayers: by(1),
  loraRank: doubling,
  loraAlpha: doubling,
  oftRank: by(1),
  oftBlockSize: doubling,
  numCayleyNeumannTerms: by(1),
  summaryDropoutProb: by(0.05, 2),
  scoreClip: oneTwoFive,
  initKlCoef: oneTwoFive,
  ppoTarget: by(0.5, 2),
  horizon: oneTwoFive,
  gamma: by(0.01, 3),
  lam: by(0.05, 3),
  ppoEpochs: by(1),
  cliprange: by(0.05, 2),
  cliprangeValue: by(0.05, 2),
  vfCoef: oneTwoFive,
  ratioThreshold: oneTwoFive,
  targetKl: oneTwoFive,
  learningRate: oneTwoFive,
  warmupRatio: by(0.05, 2),
  warmupSteps: by(1),
  weightDecay: oneTwoFive,
  adamBeta1: by(0.05, 4),
  adamBeta2: by(0.001, 6),
  adamEpsilon: oneTwoFive,
  maxGradNorm: oneTwoFive,
  loggingSteps: wholeOneTwoFive,
  evalSteps: wholeOneTwoFive,
  evalSamples: doubling,
};

/** One click of a plus or minus button, kept within the option's range; from "none" to the nearest usual value. */
export function nudged(field: NumberOption, value: number | null, direction: Direction): number {
  const { min, max, exclusiveMin, default: usual } = knobSpec(field);
  if (value === null) return typeof usual === "number" ? usual : Math.max(1, min);
  const next = NUDGES[field](value, direction);
  if (next > max) return max;
  return next < min || (exclusiveMin && next <= min) ? value : next;
}

/**
 * What is wrong with an entry, in the page's language; null when it may be used. `entry` is null when it is no number; `kept` is the
 * value that stays in force.
 */
export function entryProblem(
  field: NumberOption,
  entry: number | null,
  kept: number | null,
  t: Translate,
  numbers: NumberWriter,
): string | null {
  const spec = knobSpec(field);
  const value = kept === null ? t("settings.none") : numbers.option(kept);
  if (entry === null) return t("problem.number", { value });
  if (spec.kind === "integer" && !Number.isInteger(entry)) return t("problem.whole", { value });
  if (entry < spec.min || entry > spec.max || (spec.exclusiveMin && entry === spec.min))
    return t("problem.range", { range: rangeText(spec, t, numbers), value });
  if (field === "maxSteps" && entry === 0) return t("problem.zeroSteps", { value });
  return null;
}

export function rangeText(spec: NumberField, t: Translate, numbers: NumberWriter): string {
  const bounds = { min: numbers.option(spec.min), max: numbers.option(spec.max) };
  return spec.exclusiveMin ? t("settings.rangeAbove", bounds) : t("settings.range", bounds);
}

/** Samples per PPO step. */
export function batchOf(config: LabConfig): number {
  return config.perDeviceTrainBatchSize * config.gradientAccumulationSteps * config.ppoBufferSize;
}
