// Asks the gates anew when the options have changed, once they have stayed so for a moment. A run that goes on shares the worker with
// them, so a live knob waits for its pause. Draws nothing.

import { useEffect } from "react";
import { FIELDS } from "../../src/config";
import { LiveRun, useController, useRun } from "../run/lab";
import { changedOptions, type RunState } from "../run/runState";

/** Milliseconds; typing and turning knobs should not ask at every value. */
const CALM = 350;

export function ChecksWatch() {
  return (
    <LiveRun>
      <Watch />
    </LiveRun>
  );
}

function Watch() {
  const controller = useController();
  const config = useRun((state) => state.config);
  const opened = useRun((state) => state.opened);
  const stale = useRun((state) => state.checks?.config !== state.config && !canWait(state));
  const wanted = opened !== null && stale ? config : null;
  useEffect(() => {
    if (wanted === null) return;
    const timer = setTimeout(() => void controller.inspect(), CALM);
    return () => clearTimeout(timer);
  }, [controller, wanted]);
  return null;
}

/** A run goes on, and nothing but live options differs from what the gates have seen. */
function canWait({ goal, runConfig, config, checks }: RunState): boolean {
  if (goal === null || runConfig === null) return false;
  return changedOptions(checks?.config ?? runConfig, config).every(({ field }) => FIELDS[field].live === true);
}
