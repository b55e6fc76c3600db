// States of the run, between two PPO steps, to which it can go back: a few of them, in this tab's memory.

import type { LabConfig } from "../../src/config";
import type { RunSnapshot } from "../../src/worker/protocol";
import { rolledOut, scored } from "../samples/sampleBatch";
import type { ResumableRun } from "./runKeeper";
import { type Marker, PHASES, type RunState, stepsBegun } from "./runState";
import { stepDataOf } from "./stepData";

/** Without a snapshot: the run's beginning. */
export interface RunPoint extends Omit<ResumableRun, "snapshot"> {
  readonly snapshot: RunSnapshot | null;
}

/** What is done again on the way back to where the run was: options that took effect at their steps, before step `until` (0-based). */
export interface Redo {
  readonly markers: readonly Marker[];
  readonly until: number;
}

export interface Restart {
  readonly point: RunPoint;
  readonly redo: Redo;
}

export function stepsDoneAt({ snapshot }: RunPoint): number {
  return snapshot?.stepsDone ?? 0;
}

/** Steps between the newest point and the one before it. */
const OLDER_BY = 5;

/** The beginning, the newest point, and one that is some steps older. */
export class RunPoints {
  private kept: readonly RunPoint[] = [];

  /** Forgets the run before. */
  begin(point: RunPoint | null): void {
    this.kept = point === null ? [] : [point];
  }

  /** `point` is of the same run and not older than the newest. */
  add(point: RunPoint): void {
    const [first, ...later] = this.kept;
    const newest = later.at(-1);
    const before = later.length > 1 ? later[0] : undefined;
    const older = newest && (!before || stepsDoneAt(newest) - stepsDoneAt(before) >= OLDER_BY) ? newest : before;
    this.kept = [first, older, point].filter((kept) => kept !== undefined);
  }

  newest(): RunPoint | null {
    return this.kept.at(-1) ?? null;
  }

  /** The last one is never dropped. */
  dropNewest(): void {
    if (this.kept.length > 1) this.kept = this.kept.slice(0, -1);
  }
}

/** The run as it stands. `scenario` and `info` are known once it has begun. */
export function pointOf(state: RunState, startConfig: LabConfig, snapshot: RunSnapshot | null): RunPoint | null {
  const { scenario, engine, config, runConfig, info, points, records, markers, warnings } = state;
  if (scenario === null || runConfig === null || info === null) return null;
  return { scenario, engine, config, runConfig, startConfig, info, points, records, markers, warnings, snapshot };
}

/** A kept run at its snapshot; what came after that is done again. */
export function restartOf(run: ResumableRun): Restart {
  const { stepsDone } = run.snapshot;
  const markers = run.markers.filter(({ step }) => step <= stepsDone);
  const runConfig = markers
    .flatMap(({ changes }) => changes)
    .reduce((config: LabConfig, { field, to }) => ({ ...config, [field]: to }), run.startConfig);
  const point = {
    ...run,
    runConfig,
    markers,
    points: run.points.filter(({ step }) => step <= stepsDone),
    records: run.records.filter(({ step }) => step < stepsDone),
  };
  const seen = run.points.at(-1)?.step ?? 0;
  return { point, redo: { markers: run.markers.filter(({ step }) => step > stepsDone), until: Math.max(seen, stepsDone) } };
}

/** From `point` to where `state` is. `unfinished` is what was still to be redone there. */
export function redoSince(point: RunPoint, state: RunState, unfinished: Redo | null): Redo {
  const begun = stepsBegun(state.position);
  const later = unfinished?.markers.filter(({ step }) => step > begun) ?? [];
  const markers = [...state.markers.slice(point.markers.length), ...later];
  return { markers, until: Math.max(begun, unfinished?.until ?? 0, stepsDoneAt(point)) };
}

/** The parts of the page's state that show a run at a point; the knobs stay as they are. */
export function shownAt(point: RunPoint): Partial<RunState> {
  const { runConfig, info, points, markers, records, warnings } = point;
  return { runConfig, info, points, markers, records, warnings, ...standing(point) };
}

/** Where a run stands that has done the steps of these points. */
export function standing({ points, records }: Pick<RunState, "points" | "records">): Pick<RunState, "position" | "live" | "samples"> {
  const done = points.at(-1)?.step ?? 0;
  const record = records.at(-1);
  if (done === 0 || record === undefined) return { position: null, live: null, samples: null };
  return {
    position: { step: done - 1, done: PHASES.length, epochs: record.epochsRun },
    live: stepDataOf(record),
    samples: scored(rolledOut(record), record),
  };
}
