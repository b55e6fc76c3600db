// Where a step leads in a recording: the next step, the next phase or the next minibatch of what was recorded.

import type { StepRecord } from "../../src/records";
import type { Speed } from "../run/pace";
import { STEP_PHASES, type ViewState } from "../view/viewState";

/** Milliseconds for which a step is shown while the recording plays. */
export const STEP_TIME: Readonly<Record<Speed, number>> = { slow: 3000, medium: 1000, full: 350 };

export type Place = Pick<ViewState, "tab" | "pinned" | "phase" | "minibatch">;

/** One PPO step on; the last one stays. */
export function nextStep(at: number, last: number): Partial<Place> {
  return { pinned: Math.min(at + 1, last), minibatch: 0 };
}

/** The walkthrough of the step looked at first; then phase by phase and on to the next step. */
export function nextPhase({ tab, phase }: Place, at: number, last: number): Partial<Place> {
  if (tab !== "walkthrough") return { tab: "walkthrough", pinned: at, phase: STEP_PHASES[0] };
  const next = STEP_PHASES[STEP_PHASES.indexOf(phase) + 1];
  if (next !== undefined) return { pinned: at, phase: next };
  return at === last ? {} : { ...nextStep(at, last), phase: STEP_PHASES[0] };
}

/** The update of the step looked at first; then minibatch by minibatch and on to the next step's update. */
export function nextMinibatch({ tab, phase, minibatch }: Place, record: StepRecord, last: number): Partial<Place> {
  const update = { tab: "walkthrough", phase: "update" } as const;
  if (tab !== "walkthrough" || phase !== "update") return { ...update, pinned: record.step, minibatch: 0 };
  if (minibatch + 1 < record.minibatches.length) return { ...update, pinned: record.step, minibatch: minibatch + 1 };
  return record.step === last ? {} : { ...update, ...nextStep(record.step, last) };
}
