// What each of the four phases is doing, given how far the run is.

import { PHASES, type RunPosition, type RunStatus } from "../run/runState";

export type PhaseState = "done" | "active" | "next" | "waiting";

export function phaseStates(status: RunStatus, position: RunPosition | null): PhaseState[] {
  const working = status === "running";
  const stepOver = position === null || position.done === PHASES.length;
  const current = stepOver ? 0 : position.done;
  return PHASES.map((_, i) => {
    if (stepOver && position !== null && !working) return "done";
    if (i < current) return "done";
    if (i > current) return "waiting";
    return working ? "active" : "next";
  });
}
