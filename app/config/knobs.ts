// The options the page offers as knobs: how the plus and minus buttons move them and what is wrong with an entry.

import type { LabConfig } from "../../src/config";
import { FIELDS, type NumberField } from "../../src/config";
import type { NumberWriter } from "../strings/numbers";
import type { Translate } from "../strings/strings";

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

export function knobSpec(field: KnobField): NumberField {
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
const by =
  (amount: number, decimals = 0): Nudge =>
  (value, direction) =>
    Number((value + direction * amount).toFixed(decimals));
const doubling: Nudge = (value, direction) => (direction > 0 ? value * 2 : Math.ceil(value / 2));

const NUDGES: Readonly<Record<KnobField, Nudge>> = {
  learningRate: oneTwoFive,
  initKlCoef: oneTwoFive,
  cliprange: by(0.05, 2),
  ppoEpochs: by(1),
  temperature: by(0.1, 2),
  perDeviceTrainBatchSize: doubling,
  gradientAccumulationSteps: by(1),
  ppoBufferSize: by(1),
  seed: by(1),
  maxSteps: by(10),
};

/** One click of a plus or minus button, kept within the option's range. */
export function nudged(field: KnobField, value: number, direction: Direction): number {
  const { min, max, exclusiveMin } = knobSpec(field);
  const next = NUDGES[field](value, direction);
  if (next > max) return max;
  return next < min || (exclusiveMin && next <= min) ? value : next;
}

/** What is wrong with an entry, in the page's language; null when it may be used. `kept` is the value that stays in force. */
export function entryProblem(field: KnobField, entry: number | null, kept: number, t: Translate, numbers: NumberWriter): string | null {
  const spec = knobSpec(field);
  const value = numbers.option(kept);
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
