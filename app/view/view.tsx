// The React binding of what a visitor looks at, and of the step that is looked at.

import { useMemo } from "react";
import { useStore } from "zustand";
import { nearestRecord } from "../run/history";
import { useRun } from "../run/lab";
import { type StepData, stepDataOf } from "../run/stepData";
import type { ViewState } from "./viewState";
import { useViewStore } from "./viewStore";

/** One part of the view; the component redraws when that part changes. */
export function useView<T>(select: (view: ViewState) => T): T {
  return useStore(useViewStore(), select);
}

/** Sets parts of the view. */
export function useSetView(): (changes: Partial<ViewState>) => void {
  return useViewStore().setState;
}

/**
 * The step that is looked at: the pinned one (or the nearest that is kept in full), else the newest. While a run goes on at full
 * speed the newest is the last finished one, so that views do not flicker from phase to phase; else it may be under way.
 */
export function useShownStep(): StepData | null {
  const pinned = useView((view) => view.pinned);
  const record = useRun(({ records, goal, speed }) => {
    if (pinned !== null) return nearestRecord(records, pinned);
    return goal === "run" && speed === "full" ? (records.at(-1) ?? null) : null;
  });
  const live = useRun((state) => (record === null ? state.live : null));
  return useMemo(() => (record === null ? live : stepDataOf(record)), [record, live]);
}
