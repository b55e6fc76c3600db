// How far one wants to go: how finely the trainer then tells what it does, and which event ends the way.

import type { PhaseEvent } from "../../src/records";
import type { ControlPatch } from "../../src/worker/protocol";
import type { Speed } from "./pace";
import type { Goal } from "./runState";

const FINE: ControlPatch = { tokensPerBlock: 1, watchMinibatches: true };
const COARSE: ControlPatch = { tokensPerBlock: Number.POSITIVE_INFINITY, watchMinibatches: false };
const GRAIN: Readonly<Record<Goal, ControlPatch>> = {
  run: COARSE,
  token: FINE,
  phase: COARSE,
  minibatch: { ...COARSE, watchMinibatches: true },
  step: COARSE,
};

/** In slow motion everything is told. */
export function grainOf(goal: Goal, speed: Speed): ControlPatch {
  return speed === "full" ? GRAIN[goal] : FINE;
}

export function reached(goal: Goal, event: PhaseEvent): boolean {
  switch (goal) {
    case "run":
      return false;
    case "token":
      return event.phase !== "minibatch";
    case "minibatch":
      return event.phase === "minibatch" || event.phase === "step";
    case "phase":
      return event.phase !== "tokens" && event.phase !== "minibatch" && event.phase !== "evaluation";
    case "step":
      return event.phase === "step";
  }
}

export function isLast(event: PhaseEvent): boolean {
  return event.phase === "step" && event.record.step + 1 >= event.record.totalSteps;
}
