// Asks the gates anew when the options have changed, once they have stayed so for a moment. Draws nothing.

import { useEffect } from "react";
import { LiveRun, useController, useRun } from "../run/lab";

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
  const stale = useRun((state) => state.checks?.config !== state.config);
  const wanted = opened !== null && stale ? config : null;
  useEffect(() => {
    if (wanted === null) return;
    const timer = setTimeout(() => void controller.inspect(), CALM);
    return () => clearTimeout(timer);
  }, [controller, wanted]);
  return null;
}
