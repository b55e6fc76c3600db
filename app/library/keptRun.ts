// A run of the page as it is stored: how much of it is, and what its row says.

import { replayPrefix } from "../../src/interop/replayFile";
import type { RunInfo, RunSnapshot } from "../../src/worker/protocol";
import { LAB_VERSION } from "../files/labVersion";
import { configAt } from "../lenses/shownConfig";
import type { RunState } from "../run/runState";
import { USUAL_STATE } from "../share/sharedFields";
import type { ViewState } from "../view/viewState";
import type { RunProgress } from "./runShelf";

/** A run of this page and how much of it is stored. */
export interface KeptRun {
  readonly info: RunInfo;
  /** null before its first write. */
  id: number | null;
  /** Newest stored step, 0-based. */
  savedTo: number;
  snapshotAt: number | null;
  snapshotTime: number;
  markers: number;
  /** The visitor deleted it: it goes on unsaved. */
  forgotten: boolean;
  failedAt: number | null;
  state: RunState | null;
  snapshot: RunSnapshot | null;
}

export function newRun(info: RunInfo): KeptRun {
  const unsaved = { id: null, savedTo: -1, snapshotAt: null, snapshotTime: 0, markers: 0, failedAt: null };
  return { info, ...unsaved, forgotten: false, state: null, snapshot: null };
}

export function progressOf(
  { scenario, engine, config, markers, live, info, points }: RunState,
  view: ViewState,
  changed: number,
): RunProgress {
  const record = live?.record ?? null;
  const totalSteps = record?.totalSteps ?? info?.totalSteps ?? 0;
  const steps = points.at(-1)?.step ?? 0;
  return {
    changed,
    totalSteps,
    steps,
    finished: steps >= totalSteps,
    shared: { ...USUAL_STATE, ...view, scenario, engine, config },
    markers,
  };
}

/** How the run's replay file begins; what only its end tells is put in when the file is made. */
export function prefixOf(state: RunState): Promise<Uint8Array<ArrayBuffer>> {
  const { scenario, engineReport, opened, runConfig, config, markers, info } = state;
  if (info === null) throw new Error("Expected a run that has begun, got none. Save it after its first step.");
  return replayPrefix({
    lab: LAB_VERSION,
    scenario: scenario ?? "",
    engine: engineReport?.engine ?? opened?.engine ?? "wasm",
    config: configAt(runConfig ?? config, markers, -1),
    info,
    models: info.models,
    steps: 0,
    keyframes: [],
    reducedFrom: null,
    note: "",
  });
}
