// Proxy and gold against KL: what is drawn of a run, and what its newest steps say (Gao et al. 2022).

import { readGold, readKl, readProxy } from "../help/metrics";
import type { StepPoint } from "../run/runState";
import { thin } from "./thin";

export interface PlanePoint {
  readonly step: number;
  readonly kl: number;
  readonly proxy: number;
  /** null without a judge, or where it is no number. */
  readonly gold: number | null;
}

/** Dots drawn at most. */
const MOST_DOTS = 120;

export function planePoints(points: readonly StepPoint[]): readonly PlanePoint[] {
  const reads = [readKl, readProxy, readGold].map(
    (read) =>
      ({ stats }: StepPoint) =>
        read(stats),
  );
  return thin(points, reads, MOST_DOTS).flatMap(({ step, stats }) => {
    const kl = readKl(stats);
    const proxy = readProxy(stats);
    const gold = readGold(stats) ?? null;
    if (kl === undefined || proxy === undefined || !Number.isFinite(kl) || !Number.isFinite(proxy)) return [];
    return [{ step, kl, proxy, gold: gold !== null && Number.isFinite(gold) ? gold : null }];
  });
}

export type Direction = "up" | "down" | "flat";

export interface PlaneReading {
  /** Steps compared, against as many before them. */
  readonly steps: number;
  readonly proxy: Direction;
  readonly gold: Direction;
  readonly verdict: "learning" | "hacking" | "worse" | "flat";
}

const LEAST_STEPS = 3;
const MOST_STEPS = 20;

/** The newest third of the run (3 to 20 steps) against the third before it; null when that is too short or there is no judge. */
export function planeReading(points: readonly StepPoint[]): PlaneReading | null {
  const steps = Math.min(MOST_STEPS, Math.floor(points.length / 3));
  if (steps < LEAST_STEPS) return null;
  const [before, after] = [points.slice(-2 * steps, -steps), points.slice(-steps)];
  const direction = (read: typeof readProxy): Direction | null => {
    const values = [before, after].map((part) => part.map(({ stats }) => read(stats) ?? Number.NaN));
    return directionOf(values[0] ?? [], values[1] ?? []);
  };
  const [proxy, gold] = [direction(readProxy), direction(readGold)];
  if (proxy === null || gold === null) return null;
  return { steps, proxy, gold, verdict: verdictOf(proxy, gold) };
}

function verdictOf(proxy: Direction, gold: Direction): PlaneReading["verdict"] {
  if (gold === "down") return proxy === "down" ? "worse" : "hacking";
  if (proxy === "up" && gold === "up") return "learning";
  return proxy === "down" ? "worse" : "flat";
}

/** A difference of means counts beyond twice its standard error; null where a number is missing. */
function directionOf(before: readonly number[], after: readonly number[]): Direction | null {
  const [a, b] = [moments(before), moments(after)];
  const difference = b.mean - a.mean;
  if (!Number.isFinite(difference)) return null;
  const error = Math.sqrt(a.variance / before.length + b.variance / after.length);
  if (Math.abs(difference) <= 2 * error || difference === 0) return "flat";
  return difference > 0 ? "up" : "down";
}

function moments(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}
