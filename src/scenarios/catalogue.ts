// All scenarios by name.

import { ConfigError } from "../errors";
import { reviewsScenario } from "./reviews/scenario";
import type { Scenario } from "./scenario";
import { summariesScenario } from "./summaries/scenario";
import { sumsScenario } from "./sums/scenario";
import { toolCallsScenario } from "./toolCalls/scenario";

export const SCENARIOS: readonly Scenario[] = [reviewsScenario, toolCallsScenario, sumsScenario, summariesScenario];

/** @throws ConfigError listing the scenarios there are. */
export function scenarioById(id: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.id === id);
  if (!found)
    throw new ConfigError(`There is no scenario "${id}". Expected one of ${SCENARIOS.map((scenario) => scenario.id).join(", ")}.`);
  return found;
}
