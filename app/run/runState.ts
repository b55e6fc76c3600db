// What the page knows about the lab and its run: plain data, and how one pulled event changes it.

import type { LabConfig } from "../../src/config";
import { CONFIG_FIELDS, REFERENCE_DEFAULTS } from "../../src/config";
import type { RunWarning, ScalarStats, StepRecord, WarningKind } from "../../src/records";
import type { Catalog, EngineReport, OpenInfo, OpenRequest, PullResult, RunInfo, WarmUpProgress } from "../../src/worker/protocol";
import type { Checks } from "../checks/checks";
import type { ChosenExperiment, Snapshot } from "../failures/snapshots";
import { LIVE, type RunSource } from "../replay/runSource";
import type { SampleBatch } from "../samples/sampleBatch";
import { rolledOut, scored } from "../samples/sampleBatch";
import type { Failure } from "./failure";
import { keepRecord } from "./history";
import type { Speed } from "./pace";
import { type StepData, withEvent } from "./stepData";

/** What a visitor may ask for: an engine, or the best one. */
export type EngineRequest = OpenRequest["engine"];
export type RunStatus = "warming" | "ready" | "running" | "paused" | "finished" | "failed";

/** How far the page pulls before it pauses by itself. */
export type Goal = "run" | "token" | "phase" | "minibatch" | "step";

/** The four phases of a PPO step, in order. */
export const PHASES = ["rollout", "score", "advantages", "update"] as const;

/** Where the run is: `done` phases of step `step` (0-based) are over, and so many PPO epochs of its update. */
export interface RunPosition {
  readonly step: number;
  readonly done: number;
  readonly epochs: number;
}

/** One PPO step as the charts see it; `step` counts from 1. */
export interface StepPoint {
  readonly step: number;
  readonly stats: ScalarStats;
}

/** Options that took effect at a step (counted from 1). */
export interface Marker {
  readonly step: number;
  readonly changes: readonly OptionChange[];
}
export interface OptionChange {
  readonly field: keyof LabConfig;
  readonly from: LabConfig[keyof LabConfig];
  readonly to: LabConfig[keyof LabConfig];
}

export interface WarningSummary {
  readonly kind: WarningKind;
  readonly count: number;
  readonly last: RunWarning;
}

/** The worker was lost and started again by the page itself. */
export interface WorkerRestart {
  /** Name of the error. */
  readonly cause: string;
  /** PPO steps done in the state that the run went back to. */
  readonly stepsDone: number;
}

export interface RunState {
  readonly source: RunSource;
  readonly status: RunStatus;
  readonly goal: Goal | null;
  readonly speed: Speed;
  readonly catalog: Catalog | null;
  readonly scenario: string | null;
  readonly engine: EngineRequest;
  readonly opened: OpenInfo | null;
  readonly warmUp: WarmUpProgress | null;
  /** What the knobs say. */
  readonly config: LabConfig;
  /** What the run uses; null before the first event. */
  readonly runConfig: LabConfig | null;
  /** What the gates said last; null before the first inspection. */
  readonly checks: Checks | null;
  /** Origin of the reward server that the visitor allowed; the key stays with the controller. */
  readonly allowedOrigin: string | null;
  /** The side of a failure preset that the options stand for; null: the visitor's own. */
  readonly experiment: ChosenExperiment | null;
  /** Curves of earlier sides, for comparison. */
  readonly snapshots: readonly Snapshot[];
  readonly info: RunInfo | null;
  /** Of the newest step. */
  readonly engineReport: EngineReport | null;
  readonly position: RunPosition | null;
  readonly points: readonly StepPoint[];
  readonly markers: readonly Marker[];
  /** Steps kept in full, oldest first (history.ts says which). */
  readonly records: readonly StepRecord[];
  /** The newest step, under way or finished. */
  readonly live: StepData | null;
  readonly samples: SampleBatch | null;
  readonly warnings: readonly WarningSummary[];
  readonly failure: Failure | null;
  /** Of this run; null: none. */
  readonly restart: WorkerRestart | null;
}

export const NO_RUN = {
  runConfig: null,
  info: null,
  engineReport: null,
  position: null,
  points: [],
  markers: [],
  records: [],
  live: null,
  samples: null,
  warnings: [],
  failure: null,
  restart: null,
} satisfies Partial<RunState>;

export const INITIAL_STATE: RunState = {
  source: LIVE,
  status: "warming",
  goal: null,
  speed: "full",
  catalog: null,
  scenario: null,
  engine: "auto",
  opened: null,
  warmUp: null,
  config: REFERENCE_DEFAULTS,
  checks: null,
  allowedOrigin: null,
  experiment: null,
  snapshots: [],
  ...NO_RUN,
};

/** The state after one pull. */
export function receive(state: RunState, { event, applied, engine }: PullResult): RunState {
  const adopted = applied === null ? state : adopt(state, applied, event?.step ?? state.position?.step ?? 0);
  const reported = engine === null ? adopted : { ...adopted, engineReport: engine };
  if (event === null) return reported;
  const next = { ...reported, live: withEvent(reported.live, event) };
  const { step } = event;
  switch (event.phase) {
    case "tokens":
      return { ...next, position: { step, done: 0, epochs: 0 } };
    case "rollout":
      return { ...next, position: { step, done: 1, epochs: 0 }, samples: next.goal === "run" ? next.samples : rolledOut(event) };
    case "score":
      return { ...next, position: { step, done: 2, epochs: 0 }, samples: next.goal === "run" ? next.samples : scored(next.samples, event) };
    case "advantages":
      return { ...next, position: { step, done: 3, epochs: 0 } };
    case "minibatch":
      return { ...next, position: { step, done: 3, epochs: event.minibatch.epoch } };
    case "evaluation":
      return next;
    case "step":
      return finishStep(next, event.record);
  }
}

function finishStep(state: RunState, record: StepRecord): RunState {
  return {
    ...state,
    position: { step: record.step, done: PHASES.length, epochs: record.epochsRun },
    points: [...state.points.filter(({ step }) => step <= record.step), { step: record.step + 1, stats: record.stats }],
    records: keepRecord(state.records, record),
    samples: scored(rolledOut(record), record),
    warnings: record.warnings.reduce(countWarning, state.warnings),
  };
}

export function countWarning(warnings: readonly WarningSummary[], warning: RunWarning): readonly WarningSummary[] {
  const known = warnings.find((summary) => summary.kind === warning.kind);
  const updated = { kind: warning.kind, count: (known?.count ?? 0) + 1, last: warning };
  return [...warnings.filter((summary) => summary !== known), updated];
}

function adopt(state: RunState, applied: Partial<LabConfig>, step: number): RunState {
  if (state.runConfig === null) return state;
  const runConfig = { ...state.runConfig, ...applied };
  const changes = changedOptions(state.runConfig, runConfig);
  if (changes.length === 0) return state;
  return { ...state, runConfig, markers: [...state.markers, { step: step + 1, changes }] };
}

/** Options that differ between two configurations. */
export function changedOptions(before: LabConfig, after: LabConfig): OptionChange[] {
  return CONFIG_FIELDS.filter((field) => before[field] !== after[field]).map((field) => ({
    field,
    from: before[field],
    to: after[field],
  }));
}

/** Seconds per PPO step over the newest steps; null before the first. */
export function secondsPerStep(records: readonly StepRecord[]): number | null {
  const newest = records.slice(-5);
  if (newest.length === 0) return null;
  return newest.reduce((sum, record) => sum + (record.seconds["total"] ?? 0), 0) / newest.length;
}

/** The step under way included. */
export function stepsBegun(position: RunPosition | null): number {
  return position === null ? 0 : position.step + 1;
}

/** Whole steps done. */
export function stepsDone(position: RunPosition | null): number {
  if (position === null) return 0;
  return position.step + (position.done === PHASES.length ? 1 : 0);
}
