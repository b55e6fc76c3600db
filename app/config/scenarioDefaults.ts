// The chosen scenario and its defaults, as the worker's catalog tells them.

import { useMemo } from "react";
import type { LabConfig } from "../../src/config";
import { withDefaults } from "../../src/config";
import type { ScenarioInfo } from "../../src/worker/protocol";
import { useRun } from "../run/lab";

export function useScenario(): ScenarioInfo | null {
  return useRun(({ catalog, scenario }) => catalog?.scenarios.find(({ id }) => id === scenario) ?? null);
}

export function useScenarioDefaults(): LabConfig {
  const scenario = useScenario();
  return useMemo(() => withDefaults(scenario?.defaults ?? {}), [scenario]);
}
