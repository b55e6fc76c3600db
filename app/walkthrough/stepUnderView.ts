// The step that the walkthrough shows, and how its phase follows a run that is stepped or slowed down.

import { useEffect, useRef } from "react";
import { useRun } from "../run/lab";
import type { RunState } from "../run/runState";
import type { StepData } from "../run/stepData";
import { useSetView, useShownStep, useView } from "../view/view";
import { phaseReached } from "./phases";

/** A run that goes on, but slowly enough to be watched. */
const inSlowMotion = ({ goal, speed }: RunState): boolean => goal === "run" && speed !== "full";

export function useStepUnderView(): StepData | null {
  const shown = useShownStep();
  const pinned = useView((view) => view.pinned !== null);
  const watched = useRun((state) => (!pinned && inSlowMotion(state) ? state.live : null));
  return watched ?? shown;
}

/** Each new phase or minibatch of a run that is stepped or slow is looked at, unless a step is pinned. */
export function useFollowLive(): void {
  const reached = useRun(({ live }) => (live === null ? null : `${live.step} ${phaseReached(live)}`));
  const done = useRun(({ live }) => live?.minibatches.length ?? 0);
  const rushing = useRun((state) => state.goal === "run" && !inSlowMotion(state));
  const live = useRun((state) => state.live);
  const pinned = useView((view) => view.pinned !== null);
  const setView = useSetView();
  const before = useRef({ reached, done });
  useEffect(() => {
    const { reached: lastReached, done: lastDone } = before.current;
    before.current = { reached, done };
    if (pinned || rushing || live === null) return;
    if (reached !== lastReached) setView({ phase: phaseReached(live) });
    if (done !== lastDone && done > 0) setView({ minibatch: done - 1 });
  }, [reached, done, live, pinned, rushing, setView]);
}
