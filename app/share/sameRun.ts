// Whether the live run is the sender's: its options and the first step's fingerprint beside the link's.

import type { StepRecord } from "../../src/records";
import { configAt } from "../lenses/shownConfig";
import { changedOptions, type RunState } from "../run/runState";
import { fingerprintOf } from "./fingerprint";
import { settingsOf } from "./linkController";
import type { SharedState } from "./sharedState";

/** `engine`: another one than WebAssembly ran here, and it would help; `sender`: the sender used another; `version`: both ran on WebAssembly. */
export type Comparison = "same" | "engine" | "sender" | "version";

type Run = Pick<RunState, "catalog" | "scenario" | "runConfig" | "markers" | "records" | "engineReport" | "opened">;

/** null before the first step, for other options than the link's, and for a link without a fingerprint. */
export function compareRun(shared: SharedState, run: Run): Comparison | null {
  const target = settingsOf(shared, run);
  const first = run.records[0];
  const { fingerprint } = shared;
  if (fingerprint === null || target === null || run.runConfig === null || first?.step !== 0 || run.scenario !== shared.scenario)
    return null;
  if (changedOptions(configAt(run.runConfig, run.markers, -1), target).length > 0) return null;
  if (sumOf(first) === fingerprint.sum) return "same";
  if (fingerprint.engine !== "wasm") return "sender";
  return (run.engineReport ?? run.opened)?.engine === "wasm" ? "version" : "engine";
}

const sums = new WeakMap<StepRecord, string>();

/** Made once for a record: the page asks at every change of the run. */
function sumOf(record: StepRecord): string {
  const known = sums.get(record) ?? fingerprintOf(record);
  sums.set(record, known);
  return known;
}
