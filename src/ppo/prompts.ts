// Prompts of a scenario to token ids: rendered by its chat template, cut to `cutoffLen` tokens.

import type { Tokenizer } from "../model/tokenizer";
import type { Scenario, ScenarioPrompt } from "../scenarios/scenario";

/**
 * Token ids of each rendered prompt. A longer prompt loses its head, so that the assistant header at its end survives (the
 * reference cuts the tail, quirk Q21).
 */
export function tokenisePrompts(
  scenario: Scenario,
  prompts: readonly ScenarioPrompt[],
  tokenizer: Tokenizer,
  cutoffLen: number,
): Int32Array[] {
  return prompts.map((prompt) => tokenizer.encode(scenario.renderPrompt(prompt)).slice(-cutoffLen));
}
