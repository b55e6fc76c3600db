// Where the points of a few lines lie on a small chart with round ticks.

import { niceAxis, stepTicks } from "../charts/niceAxis";

/** Points as step (from 1) and value. */
export type Line = readonly (readonly [step: number, value: number])[];

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface ChartLayout {
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
  readonly stepAt: (x: number) => number;
  /** The last step drawn. */
  readonly last: number;
  readonly ticks: readonly number[];
  readonly stepTicks: readonly number[];
}

/** Steps drawn at least, so that a young run does not jump about. */
const FEWEST_STEPS = 10;

export function layoutOf(lines: readonly Line[], { left, top, width, height }: Frame): ChartLayout {
  const values = lines.flatMap((line) => line.map(([, value]) => value));
  const last = lines.reduce((most, line) => Math.max(most, line.at(-1)?.[0] ?? 0), FEWEST_STEPS);
  const axis = values.length === 0 ? niceAxis(0, 1, 3) : niceAxis(Math.min(...values), Math.max(...values), 3);
  const [low, high] = axis.domain;
  return {
    x: (step) => left + (width * (step - 1)) / (last - 1),
    y: (value) => top + height - (height * (value - low)) / (high - low || 1),
    stepAt: (x) => 1 + ((x - left) / width) * (last - 1),
    last,
    ticks: axis.ticks,
    stepTicks: stepTicks(last),
  };
}
