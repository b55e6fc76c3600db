// Round axis ticks around the data.

import type { NumberWriter } from "../strings/numbers";

export interface NiceAxis {
  readonly domain: [number, number];
  readonly ticks: number[];
}

const MULTIPLES = [1, 2, 2.5, 5, 10];

/** No axis goes further, nor apart less: sums and quotients of what is on it stay numbers. */
const [FARTHEST, NARROWEST] = [1e300, 1e-300];
/** Ticks differ in their first twelve digits. */
const LEAST_SHARE = 1e-9;

/** Where a number is drawn: itself, or the farthest place there is. */
export const drawable = (x: number): number => Math.min(FARTHEST, Math.max(-FARTHEST, x));

/**
 * About `intervals` equal intervals of a round size that cover `lowest` to `highest` (within 1e300); whole numbers only if `integers`.
 */
export function niceAxis(lowest: number, highest: number, intervals: number, integers = false): NiceAxis {
  const [low, high] = [drawable(lowest), drawable(highest)];
  const least = Math.max(NARROWEST, LEAST_SHARE * Math.max(Math.abs(low), Math.abs(high)));
  const span = high > low ? Math.max(high - low, least) : Math.max(Math.abs(high), 1e-6) * 0.2;
  const rough = span / intervals;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const sizes = MULTIPLES.map((multiple) => multiple * magnitude).filter((size) => !integers || Number.isInteger(size));
  const size = sizes.find((candidate) => candidate >= rough * 0.999) ?? Math.max(1, 10 * magnitude);
  const first = Math.floor(low / size + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / size - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * size).toPrecision(12)));
  return { domain: [ticks[0] as number, ticks.at(-1) as number], ticks };
}

/** Ticks of the step axis from 1 to `last`: round steps, none below 1. */
export function stepTicks(last: number): number[] {
  return niceAxis(0, last, 5, true).ticks.filter((tick) => tick >= 1 && tick <= last);
}

/** Writes the ticks with as many digits as it takes to tell them apart. */
export function tickWriter({ ticks }: NiceAxis, { value, precise }: Pick<NumberWriter, "value" | "precise">): (tick: number) => string {
  return new Set(ticks.map(value)).size === ticks.length ? value : precise;
}
