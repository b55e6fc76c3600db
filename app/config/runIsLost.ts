// Whether dropping the run would lose something: a finished side of an experiment is kept as a snapshot, everything else is gone.

import type { RunState } from "../run/runState";

export function runIsLost({ position, status, experiment }: Pick<RunState, "position" | "status" | "experiment">): boolean {
  return position !== null && !(status === "finished" && experiment !== null);
}
