// A run's first PPO step as eight digits: two runs with the same ones said the same words and learnt the same from them.

import { crc32 } from "../../src/crc32";
import type { StepRecord } from "../../src/records";

/** Significant digits of a statistic: exact runs agree in all of them, engines that round differently rarely do. */
const DIGITS = 6;

/**
 * CRC-32 over the token ids of all responses and over all statistics but times.
 * @param record of the run's first step, live or from a recording
 */
export function fingerprintOf({ responses, stats }: Pick<StepRecord, "responses" | "stats">): string {
  const figures = Object.keys(stats)
    .filter((key) => !/(^|\/)time\//.test(key))
    .toSorted()
    .map((key) => `${key} ${rounded(stats[key] ?? Number.NaN)}`);
  const words = responses.map((ids) => Array.from(ids).join(" "));
  return crc32(new TextEncoder().encode([...words, "", ...figures].join("\n")));
}

// Both zeros are the same figure.
const rounded = (value: number): string => (value === 0 ? "0" : value.toPrecision(DIGITS));
