// What keeps a run safe outside this tab's memory, and what a kept run consists of.

import type { LabConfig } from "../../src/config";
import type { StepRecord } from "../../src/records";
import type { RunInfo, RunSnapshot } from "../../src/worker/protocol";
import type { EngineRequest, Marker, RunState, StepPoint, WarningSummary } from "./runState";

export interface RunKeeper {
  /** After each finished PPO step, before the next pull; the run goes on when it settles. Never rejects. */
  stepDone(state: RunState, snapshot: () => Promise<RunSnapshot | null>): Promise<void>;
}

/** A run between two PPO steps with all that was seen of it. */
export interface ResumableRun {
  readonly scenario: string;
  readonly engine: EngineRequest;
  /** What the knobs said. */
  readonly config: LabConfig;
  /** What the run used. */
  readonly runConfig: LabConfig;
  /** What it used at step 0. */
  readonly startConfig: LabConfig;
  readonly info: RunInfo;
  readonly points: readonly StepPoint[];
  readonly records: readonly StepRecord[];
  readonly markers: readonly Marker[];
  readonly warnings: readonly WarningSummary[];
  readonly snapshot: RunSnapshot;
}
