// Failure presets: named configs that go wrong on purpose, each with the healthy twin it is compared with.

import type { LabConfig } from "../config";
import { ConfigError } from "../errors";
import type { LocalText } from "../localText";

export interface FailurePreset {
  readonly id: string;
  /** Scenario it runs on. */
  readonly scenario: string;
  readonly title: LocalText;
  /** What goes wrong and in which numbers it shows. */
  readonly symptom: LocalText;
  /** What to do about it. */
  readonly remedy: LocalText;
  /** On top of the scenario's defaults. */
  readonly values: Partial<LabConfig>;
  /** The same for the healthy twin; usually only the run's length. */
  readonly twin: Partial<LabConfig>;
}

export const PRESETS: readonly FailurePreset[] = [];

/** @throws ConfigError listing the presets there are. */
export function presetById(id: string): FailurePreset {
  const found = PRESETS.find((preset) => preset.id === id);
  if (!found) throw new ConfigError(`There is no preset "${id}". Expected one of ${PRESETS.map((preset) => preset.id).join(", ")}.`);
  return found;
}
