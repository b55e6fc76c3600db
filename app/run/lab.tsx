// The React binding of the run: one controller and one store for the page.

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { useStore } from "zustand";
import type { LabConnection } from "../../src/worker/client";
import { pageClock } from "./frameBatch";
import { RunController } from "./runController";
import type { RunState } from "./runState";
import { createRunStore, type RunStore } from "./runStore";

interface Lab {
  readonly store: RunStore;
  readonly controller: RunController;
}

const LabContext = createContext<Lab | null>(null);

interface Props {
  /** Starts the lab's worker. */
  readonly connect: () => LabConnection;
  readonly children: ReactNode;
}

export function LabProvider({ connect, children }: Props) {
  const [lab] = useState<Lab>(() => {
    const store = createRunStore();
    const baseUrl = new URL(".", document.baseURI).href;
    return { store, controller: new RunController({ store, connect, baseUrl, clock: pageClock }) };
  });
  useEffect(() => {
    void lab.controller.boot();
  }, [lab]);
  return <LabContext.Provider value={lab}>{children}</LabContext.Provider>;
}

export function useLab(): Lab {
  const lab = useContext(LabContext);
  if (lab === null) throw new Error("Expected a LabProvider above this component, found none. Wrap the page in one.");
  return lab;
}

export function useController(): RunController {
  return useLab().controller;
}

/** One part of the run's state; the component redraws when that part changes. */
export function useRun<T>(select: (state: RunState) => T): T {
  return useStore(useLab().store, select);
}
