// Runs a failure preset or its healthy twin whole, on the wasm engine, as `lab train --preset` does.

import { parseLabArguments } from "../../../src/cli/labArguments";
import { trainAndMeasure } from "../../../src/cli/labTrain";
import type { TrainReport } from "../../../src/cli/trainReport";

/** Long enough for a busy machine; a run takes half a minute on an idle one. */
export const RUN_TIMEOUT_MS = 900_000;

const runs = new Map<string, Promise<TrainReport>>();

/** Runs of equal options are run once in a test file. */
export function presetRun(id: string, which: "failing" | "twin", seed: number): Promise<TrainReport> {
  const given = parseLabArguments(["train", "--preset", id, "--seed", String(seed), ...(which === "twin" ? ["--twin"] : [])]);
  if (given === "help") throw new Error("expected a command");
  const key = JSON.stringify([given.scenario.id, given.config]);
  const known = runs.get(key);
  if (known) return known;
  const report = trainAndMeasure(given).then((outcome) => outcome.report);
  runs.set(key, report);
  return report;
}

/** Part of a report by name, after the run. */
export function after(report: TrainReport, part: string): number {
  return report.parts[part]?.after ?? Number.NaN;
}
