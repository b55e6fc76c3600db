// The options under which a past step was done: the run's newest ones with later changes taken back.

import { useMemo } from "react";
import type { LabConfig } from "../../src/config";
import { useRun } from "../run/lab";
import type { Marker } from "../run/runState";

/** @param step 0-based */
export function configAt(config: LabConfig, markers: readonly Marker[], step: number): LabConfig {
  const later = markers.filter((marker) => marker.step > step + 1).toReversed();
  const taken = later.flatMap(({ changes }) => changes.map(({ field, from }) => [field, from] as const));
  return taken.length === 0 ? config : { ...config, ...Object.fromEntries(taken) };
}

/** Of the step, or of the next run when there is none. */
export function useShownConfig(step: number | null): LabConfig {
  const config = useRun((state) => state.runConfig ?? state.config);
  const markers = useRun((state) => state.markers);
  return useMemo(() => (step === null ? config : configAt(config, markers, step)), [config, markers, step]);
}
