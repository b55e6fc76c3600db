// The React binding of the run: one controller and one store for the page, and the recordings that may be shown over it.

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { useStore } from "zustand";
import type { LabConnection } from "../../src/worker/client";
import { LiveRecording } from "../files/liveRecording";
import { Library } from "../library/library";
import { recordingAddress } from "../replay/fetchRecording";
import { ReplayController, type ReplayState } from "../replay/replayController";
import { StepStop } from "../share/stepStop";
import { useViewStore } from "../view/viewStore";
import { pageClock } from "./frameBatch";
import { RunController } from "./runController";
import type { RunState } from "./runState";
import { createRunStore, type RunStore } from "./runStore";

export interface Lab {
  /** The live run, shown or not. */
  readonly live: RunStore;
  /** What the page shows: the live run, or a recording. */
  readonly store: RunStore;
  readonly controller: RunController;
  readonly replay: ReplayController;
  /** The live run's steps, for files of it. */
  readonly recording: LiveRecording;
  /** Runs stored in this browser. */
  readonly library: Library;
  /** Stops the live run at a step; after each step it first hands on to who keeps the run. */
  readonly stop: StepStop;
  /** Starts the worker, once. */
  readonly warmUp: () => void;
}

const LabContext = createContext<Lab | null>(null);
const RunContext = createContext<RunStore | null>(null);

interface Props {
  /** Starts the lab's worker. */
  readonly connect: () => LabConnection;
  readonly children: ReactNode;
}

export function LabProvider({ connect, children }: Props) {
  const view = useViewStore();
  const [lab] = useState<Lab>(() => {
    const live = createRunStore();
    const replay = new ReplayController({ live, view, clock: pageClock });
    const recording = new LiveRecording(live);
    const library = new Library({ live, recording, view });
    const stop = new StepStop(library);
    const controller = new RunController({ store: live, connect, baseUrl: baseUrl(), clock: pageClock, keeper: stop });
    let warm = false;
    const warmUp = (): void => {
      if (!warm) void controller.boot();
      warm = true;
    };
    return { live, store: replay.shown, controller, replay, recording, library, stop, warmUp };
  });
  useEffect(() => {
    void start(lab);
  }, [lab]);
  return <ProvideLab lab={lab}>{children}</ProvideLab>;
}

/** What a page that only replays has of a lab. */
export type ReplayingLab = Pick<Lab, "live" | "store" | "controller" | "replay">;

/** A page may bring a lab of its own; one that only replays shows nothing that asks for the rest. */
export function ProvideLab({ lab, children }: { readonly lab: ReplayingLab; readonly children: ReactNode }) {
  return (
    <LabContext.Provider value={lab as Lab}>
      <RunContext.Provider value={lab.store}>{children}</RunContext.Provider>
    </LabContext.Provider>
  );
}

const baseUrl = (): string => new URL(".", document.baseURI).href;

/** The recording first: it can be looked at while the engine, which needs seconds of the CPU, warms up behind it. */
async function start({ replay, library, warmUp }: Lab): Promise<void> {
  const recording = recordingAddress(location.search, baseUrl());
  if (recording === null) replay.refuse("foreign");
  else await replay.openUrl(recording.url, recording.name);
  void library.start();
  warmUp();
}

export function useLab(): Lab {
  const lab = useContext(LabContext);
  if (lab === null) throw new Error("Expected a LabProvider above this component, found none. Wrap the page in one.");
  return lab;
}

export function useController(): RunController {
  return useLab().controller;
}

/** What plays, pauses and steps: the recording while one is shown, else the live run. */
export function usePlayer(): RunController | ReplayController {
  const { controller, replay } = useLab();
  const open = useReplay((state) => state.showing !== null);
  return open ? replay : controller;
}

/** One part of what is known about recordings. */
export function useReplay<T>(select: (state: ReplayState) => T): T {
  return useStore(useLab().replay.state, select);
}

/** One part of the shown run's state; the component redraws when that part changes. */
export function useRun<T>(select: (state: RunState) => T): T {
  const store = useContext(RunContext);
  if (store === null) throw new Error("Expected a LabProvider above this component, found none. Wrap the page in one.");
  return useStore(store, select);
}

/** Components in here see the live run, also while a recording is shown: settings, for one, are those of the next run. */
export function LiveRun({ children }: { readonly children: ReactNode }) {
  return <RunContext.Provider value={useLab().live}>{children}</RunContext.Provider>;
}
