// Failure presets as experiments: which side the run stands for, and the curves kept of each side so that both can be compared.

import type { LabConfig } from "../../src/config";
import type { ScalarStats } from "../../src/records";

export type Side = "values" | "twin";
export const SIDES = ["values", "twin"] as const satisfies readonly Side[];

/** One side of a failure preset: its own `values`, or its healthy `twin`. */
export interface Experiment {
  readonly preset: string;
  readonly side: Side;
}
/** With the options that it stands for. */
export interface ChosenExperiment extends Experiment {
  readonly config: LabConfig;
}

interface Point {
  readonly step: number;
  readonly stats: ScalarStats;
}

/** The curves of a side that was run. */
export interface Snapshot extends Experiment {
  /** Options at its end. */
  readonly config: LabConfig;
  readonly points: readonly Point[];
  readonly totalSteps: number;
  /** Options were turned while it ran. */
  readonly turned: boolean;
}

/** Sides kept at most; a point holds some 60 numbers. */
const KEPT = 12;

/** The experiment that a run with these options is; null when they were changed since it was chosen. */
export function begunAs(experiment: ChosenExperiment | null, config: LabConfig): ChosenExperiment | null {
  return experiment?.config === config ? experiment : null;
}

interface RunSoFar {
  readonly experiment: ChosenExperiment | null;
  readonly runConfig: LabConfig | null;
  readonly points: readonly Point[];
  readonly markers: readonly unknown[];
  readonly info: { readonly totalSteps: number } | null;
  readonly snapshots: readonly Snapshot[];
}

/** The snapshots with that of the present run, when it is one side of an experiment; a newer one of the same side replaces the older. */
export function keepSnapshot({ experiment, runConfig, points, markers, info, snapshots }: RunSoFar): readonly Snapshot[] {
  if (experiment === null || runConfig === null || points.length === 0) return snapshots;
  const { preset, side } = experiment;
  const others = snapshots.filter((snapshot) => snapshot.preset !== preset || snapshot.side !== side);
  const totalSteps = info?.totalSteps ?? points.length;
  return [...others, { preset, side, config: runConfig, points, totalSteps, turned: markers.length > 0 }].slice(-KEPT);
}
