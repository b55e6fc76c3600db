// One option as the page shows it: its value, the scenario's default, and whether a change of it still waits.

import type { ConfigField, LabConfig } from "../../src/config";
import { FIELDS } from "../../src/config";
import { useRun } from "../run/lab";
import { useScenarioDefaults } from "./scenarioDefaults";

export interface OptionState<K extends ConfigField> {
  readonly value: LabConfig[K];
  /** The scenario's default. */
  readonly usual: LabConfig[K];
  readonly changed: boolean;
  /** When the run under way takes the value over; null when it has it, or none is under way. */
  readonly waiting: "fromNextStep" | "afterReset" | null;
}

export function useOption<K extends ConfigField>(field: K): OptionState<K> {
  const value = useRun((state) => state.config[field]);
  const differs = useRun(
    ({ runConfig, status, config }) => runConfig !== null && status !== "finished" && runConfig[field] !== config[field],
  );
  const usual = useScenarioDefaults()[field];
  const waiting = differs ? (FIELDS[field].live === true ? "fromNextStep" : "afterReset") : null;
  return { value, usual, changed: value !== usual, waiting };
}
