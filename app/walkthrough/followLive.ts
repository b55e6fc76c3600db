// How the walkthrough's phase follows a run that is stepped or slowed down.

import { useEffect, useRef } from "react";
import { useRun } from "../run/lab";
import { useSetView, useView } from "../view/view";
import { phaseReached } from "./phases";

/** Each new phase or minibatch of a run that is stepped or slow is looked at, unless a step is pinned. */
export function useFollowLive(): void {
  const reached = useRun(({ live }) => (live === null ? null : `${live.step} ${phaseReached(live)}`));
  const done = useRun(({ live }) => live?.minibatches.length ?? 0);
  const rushing = useRun(({ goal, speed }) => goal === "run" && speed === "full");
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
