// How far a step has come, as the walkthrough's phases.

import type { StepData } from "../run/stepData";
import { STEP_PHASES, type StepPhase } from "../view/viewState";

export function phaseKnown(step: StepData, phase: StepPhase): boolean {
  switch (phase) {
    case "rollout":
      return step.growing.length > 0 || step.rollout !== null;
    case "score":
      return step.scoring !== null;
    case "advantages":
      return step.credit !== null;
    case "update":
      return step.minibatches.length > 0 || step.record !== null;
  }
}

/** The last phase that there is something to see of. */
export function phaseReached(step: StepData): StepPhase {
  return STEP_PHASES.findLast((phase) => phaseKnown(step, phase)) ?? "rollout";
}

/** Where Previous and Next lead: to another phase of this step, to a neighbouring step, or onwards with the run. */
export type PhaseMove = { readonly phase: StepPhase; readonly step: number } | "advance" | null;

interface Place {
  readonly step: StepData;
  readonly phase: StepPhase;
  /** The kept steps before and behind this one, 0-based. */
  readonly earlier: number | null;
  readonly later: number | null;
  /** The run can be stepped on from here. */
  readonly canAdvance: boolean;
}

export function nextPhase({ step, phase, later, canAdvance }: Place): PhaseMove {
  const next = STEP_PHASES[STEP_PHASES.indexOf(phase) + 1];
  if (next !== undefined && phaseKnown(step, next)) return { phase: next, step: step.step };
  if (next === undefined && later !== null) return { phase: "rollout", step: later };
  return canAdvance ? "advance" : null;
}

export function previousPhase({ step, phase, earlier }: Place): PhaseMove {
  const previous = STEP_PHASES[STEP_PHASES.indexOf(phase) - 1];
  if (previous !== undefined) return { phase: previous, step: step.step };
  return earlier === null ? null : { phase: "update", step: earlier };
}
