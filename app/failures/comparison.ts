// Both sides of a failure preset side by side: their curves so far, where their options differ, and the means of their last steps.

import { CONFIG_FIELDS, type FieldGroup, FIELDS, type LabConfig, withDefaults } from "../../src/config";
import type { FailurePreset } from "../../src/scenarios/presets";
import { changedOptions, type OptionChange, type RunState, type StepPoint } from "../run/runState";
import type { Side, Snapshot } from "./snapshots";

/** The curves of a side; `live` while it is the run on the page. */
export interface SideRun extends Snapshot {
  readonly live: boolean;
}

type Runs = Pick<RunState, "snapshots" | "experiment" | "runConfig" | "points" | "info" | "markers">;

/** The side's run: the one on the page, else the kept one; null when it has not been run. */
export function sideRun(state: Runs, preset: string, side: Side): SideRun | null {
  const { experiment, runConfig, points, info, markers } = state;
  if (experiment?.preset === preset && experiment.side === side && runConfig !== null && points.length > 0)
    return {
      preset,
      side,
      config: runConfig,
      points,
      totalSteps: info?.totalSteps ?? points.length,
      turned: markers.length > 0,
      live: true,
    };
  const kept = state.snapshots.find((snapshot) => snapshot.preset === preset && snapshot.side === side);
  return kept === undefined ? null : { ...kept, live: false };
}

/** Options of a side on top of its scenario's defaults. */
export function sideConfig(preset: FailurePreset, side: Side, defaults: Partial<LabConfig>): LabConfig {
  return withDefaults({ ...defaults, ...preset[side] });
}

/** Where the failure (from) and its twin (to) differ: as they were run, else as the preset has them. */
export function sideDifferences(
  preset: FailurePreset,
  defaults: Partial<LabConfig>,
  runs: Readonly<Record<Side, Pick<Snapshot, "config"> | null>>,
): OptionChange[] {
  if (runs.values !== null && runs.twin !== null) return changedOptions(runs.values.config, runs.twin.config);
  return changedOptions(sideConfig(preset, "values", defaults), sideConfig(preset, "twin", defaults));
}

/** Statistics that every comparison draws. */
export const ALWAYS = ["env/reward_mean", "lab/gold", "objective/kl"] as const;
/** Statistics that the fourth chart can draw. */
export const SYMPTOMS = [
  "ppo/policy/clipfrac",
  "ppo/policy/approxkl",
  "ppo/policy/entropy",
  "tokens/responses_len_mean",
  "lab/distinct_responses",
  "lab/grad_norm",
  "ppo/val/var_explained",
  "lab/eval/heldout/gold",
] as const;
export type Statistic = (typeof ALWAYS)[number] | (typeof SYMPTOMS)[number];

/** In which of these a failure shows most, by the first option that makes it. */
export function symptomOf(preset: FailurePreset): (typeof SYMPTOMS)[number] {
  switch (cause(preset)) {
    case "losses":
    case "optimizer":
      return "ppo/policy/clipfrac";
    case "kl":
    case "score":
      return "lab/distinct_responses";
    case "sampling":
      return "ppo/policy/entropy";
    case "batch":
      return "lab/grad_norm";
    case "evaluation":
      return "lab/eval/heldout/gold";
    default:
      return "tokens/responses_len_mean";
  }
}

/** The group of the option that makes the failure; the run's length makes none. */
export function cause({ values, twin }: FailurePreset): FieldGroup | null {
  const field = CONFIG_FIELDS.find((name) => name in values && name !== "maxSteps" && values[name] !== twin[name]);
  return field === undefined ? null : FIELDS[field].group;
}

/** Steps whose mean says how a run ends. */
const LAST = 5;

/** Mean of a statistic over the last steps that have it; null without any. */
export function endOf(points: readonly StepPoint[], statistic: string): number | null {
  const known = points.flatMap(({ stats }) => {
    const value = stats[statistic];
    return value === undefined || !Number.isFinite(value) ? [] : [value];
  });
  const last = known.slice(-LAST);
  return last.length === 0 ? null : last.reduce((sum, value) => sum + value, 0) / last.length;
}
