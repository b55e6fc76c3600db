// A recording as the page shows it: the steps read so far, and the run's state with one of them looked at.

import type { LabConfig } from "../../src/config";
import type { ReplayEnd } from "../../src/interop/replayFile";
import type { ReplayMeta, ReplayStep } from "../../src/interop/replayFormat";
import type { StepRecord } from "../../src/records";
import { keepRecord, nearestRecord } from "../run/history";
import { countWarning, type Marker, PHASES, type RunState, type StepPoint, type WarningSummary } from "../run/runState";
import { stepDataOf } from "../run/stepData";
import { rolledOut, scored } from "../samples/sampleBatch";

export interface Recording {
  readonly meta: ReplayMeta;
  readonly points: readonly StepPoint[];
  /** Oldest first; thinned as a live run's are. */
  readonly records: readonly StepRecord[];
  readonly warnings: readonly WarningSummary[];
  /** Options that were turned while it ran. */
  readonly markers: readonly Marker[];
  /** null while it is being read. */
  readonly end: ReplayEnd | null;
  /** The file as far as it is good; null while it is being read. */
  readonly file: Uint8Array<ArrayBuffer> | null;
}

export function newRecording(meta: ReplayMeta): Recording {
  return { meta, points: [], records: [], warnings: [], markers: [], end: null, file: null };
}

export function addSteps(recording: Recording, steps: readonly ReplayStep[]): Recording {
  return {
    ...recording,
    points: [...recording.points, ...steps.map(({ step, stats }) => ({ step: step + 1, stats }))],
    records: steps.reduce(keepRecord, recording.records),
    warnings: steps.flatMap(({ warnings }) => warnings).reduce(countWarning, recording.warnings),
    markers: [...recording.markers, ...steps.flatMap(({ step, changes }) => (changes.length === 0 ? [] : [{ step: step + 1, changes }]))],
  };
}

/** 0-based; -1 without steps. */
export function lastStep({ points }: Recording): number {
  return (points.at(-1)?.step ?? 0) - 1;
}

/** What is shown instead of the live run. */
export interface Showing {
  readonly name: string | null;
  /** null before its description is read. */
  readonly recording: Recording | null;
  /** 0-based step looked at; null: the last. */
  readonly at: number | null;
  readonly playing: boolean;
}

type Shown = Omit<
  RunState,
  "speed" | "catalog" | "engine" | "config" | "failure" | "checks" | "allowedOrigin" | "experiment" | "snapshots"
>;

/** The options of the newest step. */
function configAtEnd({ meta, markers }: Recording): LabConfig {
  return { ...meta.config, ...Object.fromEntries(markers.flatMap(({ changes }) => changes.map(({ field, to }) => [field, to]))) };
}

/** The parts of the state that the recording replaces; the lab and the visitor's options stay the live ones. */
export function shownRun({ name, recording, at, playing }: Showing): Partial<RunState> {
  const source = { kind: "recording", name, loading: recording === null || recording.end === null, atEnd: false } as const;
  const record = recording === null ? null : nearestRecord(recording.records, at ?? lastStep(recording));
  const nothing: Shown = {
    source,
    status: "warming",
    goal: null,
    scenario: null,
    opened: null,
    warmUp: null,
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
    restart: null,
  };
  if (recording === null || record === null) return nothing;
  const { meta, points, records, warnings, markers } = recording;
  return {
    ...nothing,
    source: { ...source, atEnd: (at ?? lastStep(recording)) >= lastStep(recording) },
    status: "paused",
    goal: playing ? "run" : null,
    scenario: meta.scenario,
    opened: { engine: meta.engine, adapter: null, rejections: [], probes: {} },
    runConfig: configAtEnd(recording),
    info: { ...meta.info, models: meta.models },
    position: { step: record.step, done: PHASES.length, epochs: record.epochsRun },
    points,
    markers,
    records,
    live: stepDataOf(record),
    samples: scored(rolledOut(record), record),
    warnings,
  };
}
