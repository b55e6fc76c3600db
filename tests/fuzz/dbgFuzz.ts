// Runs the cases of one target, times each, counts how deep they came, and says so.

import { writeFileSync } from "node:fs";
const log = (x: string) => writeFileSync("/tmp/h6/fuzz/stage", x);
import fc from "fast-check";
import { expect } from "vitest";
import { guarded } from "./guards";
import { CASE_LIMIT, FUZZ_RUNS, FUZZ_SEED, processorTime, RUNS, type TargetName } from "./settings";

/** Words for people, not the input itself; validateConfig lists what is wrong with 80 options. */
const LONGEST_MESSAGE = 16_384;

export interface Target<T> {
  readonly name: TargetName;
  readonly cases: fc.Arbitrary<T>;
  /** Reads one case; returns how it was accepted, or throws. */
  readonly read: (value: T) => string | Promise<string>;
  /** The errors that the reader's documentation names; any other fails the target. */
  readonly errors: readonly (abstract new (
    ...args: never[]
  ) => Error)[];
  /** How refusals at each depth read. All of them have to occur, or the cases do not reach what they are for. */
  readonly refusals: Readonly<Record<string, RegExp>>;
  /** What `read` returns; all of it has to occur. */
  readonly accepted: readonly string[];
}

export async function fuzz<T>(target: Target<T>): Promise<void> {
  const { name, cases } = target;
  const counts = new Map<string, number>();
  const times: number[] = [];
  const numRuns = RUNS[name] * FUZZ_RUNS;
  const property = fc.asyncProperty(cases, async (value) => {
    log("start");
    const start = processorTime();
    const depth = await guarded(() => depthOf(target, value));
    const time = processorTime() - start;
    times.push(time);
    log("done " + depth);
    counts.set(depth, (counts.get(depth) ?? 0) + 1);
    if (time > CASE_LIMIT)
      throw new RangeError(`Expected a case to take less than ${CASE_LIMIT} ms of processor time, got ${time.toFixed(0)}.`);
  });
  try {
    await fc.assert(property, { numRuns, seed: FUZZ_SEED });
  } finally {
    report(name, counts, times);
  }
  const missed = [...target.accepted, ...Object.keys(target.refusals)].filter((depth) => !counts.has(depth));
  expect(missed, `${name}: depths that no case reached`).toEqual([]);
}

async function depthOf<T>({ read, errors, refusals }: Target<T>, value: T): Promise<string> {
  try {
    return await read(value);
  } catch (error) {
    log("caught " + String(error).slice(0, 500) + String(error.stack).slice(0, 800));
    if (!(error instanceof Error) || !errors.some((known) => error instanceof known)) throw error;
    return refusalDepth(error.message, refusals);
  }
}

/** The depth at which a refusal with this message was made. */
export function refusalDepth(message: string, refusals: Target<never>["refusals"]): string {
  if (message.length < 10 || message.length > LONGEST_MESSAGE)
    throw new TypeError(`Expected a sentence of at most ${LONGEST_MESSAGE} characters, got ${message.length}: ${message.slice(0, 300)}`);
  return Object.entries(refusals).find(([, pattern]) => pattern.test(message))?.[0] ?? `otherwise (${message.slice(0, 60)})`;
}

function report(name: TargetName, counts: ReadonlyMap<string, number>, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const [median = 0, slowest = 0] = [sorted[sorted.length >> 1], sorted.at(-1)];
  const depths = [...counts].sort(([, a], [, b]) => b - a).map(([depth, count]) => `${String(count).padStart(7)}  ${depth}`);
  console.log(
    [
      `${name}: ${times.length} cases, median ${median.toFixed(2)} ms, slowest ${slowest.toFixed(0)} ms (FUZZ_SEED=${FUZZ_SEED})`,
      ...depths,
    ].join("\n"),
  );
}
