// A lab that only replays: the page's stores and players without a worker behind them.

import { type ReactNode, useEffect, useState } from "react";
import { ReplayController } from "../../replay/replayController";
import { pageClock } from "../../run/frameBatch";
import { ProvideLab, type ReplayingLab } from "../../run/lab";
import { RunController } from "../../run/runController";
import { createRunStore } from "../../run/runStore";
import { useViewStore, type ViewStore } from "../../view/viewStore";
import type { EmbeddedRun } from "./embeddedRun";

export function PlayerLab({ run, children }: { readonly run: EmbeddedRun | null; readonly children: ReactNode }) {
  const view = useViewStore();
  const [lab] = useState(() => playerLab(view));
  useEffect(() => {
    if (run !== null) void lab.replay.openBytes(null, run.bytes);
  }, [lab, run]);
  return <ProvideLab lab={lab}>{children}</ProvideLab>;
}

function playerLab(view: ViewStore): ReplayingLab {
  const live = createRunStore();
  const replay = new ReplayController({ live, view, clock: pageClock });
  const connect = (): never => {
    throw new Error("Expected nobody to train in a page that only replays. Open the run in PPO Lab.");
  };
  const controller = new RunController({ store: live, connect, baseUrl: "", clock: pageClock, keeper: null });
  return { live, store: replay.shown, controller, replay };
}
