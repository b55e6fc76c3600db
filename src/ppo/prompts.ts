// Prompts to token ids: rendered by the chosen template, cut to `cutoffLen` tokens.

import { type LabConfig, quirksOf, type TemplateName } from "../config";
import type { Tokenizer } from "../model/tokenizer";
import { type ChatMessage, renderMessages } from "../scenarios/chatTemplate";
import type { Scenario, ScenarioPrompt } from "../scenarios/scenario";

/** A conversation that ends with a user's turn; `response` is a dataset's own answer, which PPO does not use. */
export interface ChatPrompt {
  readonly messages: readonly ChatMessage[];
  readonly response?: string;
}
/** Text as the model reads it: no template is applied. */
export interface RenderedPrompt {
  readonly rendered: string;
  readonly response?: string;
}
export type PromptInput = ScenarioPrompt | ChatPrompt | RenderedPrompt;

/**
 * Token ids of each rendered prompt. A longer prompt loses its head, so that the assistant header at its end survives; with quirk
 * Q21 it loses its tail as in the reference.
 */
export function tokenisePrompts(
  scenario: Scenario,
  prompts: readonly PromptInput[],
  tokenizer: Tokenizer,
  config: LabConfig,
  template: TemplateName = config.template,
): Int32Array[] {
  const { cutoffLen } = config;
  const { cutPromptTail } = quirksOf(config);
  return prompts.map((prompt) => {
    const ids = tokenizer.encode(render(scenario, prompt, template));
    return cutPromptTail ? ids.slice(0, keptFromHead(ids.length, labelLength(prompt, tokenizer), cutoffLen)) : ids.slice(-cutoffLen);
  });
}

function render(scenario: Scenario, prompt: PromptInput, template: TemplateName): string {
  if ("rendered" in prompt) return prompt.rendered;
  return "messages" in prompt ? renderMessages(prompt.messages, template) : scenario.renderPrompt(prompt, template);
}

/** The reference renders an answer behind every prompt, the dataset's own or an empty one, closed with EOS. */
function labelLength(prompt: PromptInput, tokenizer: Tokenizer): number {
  const response = "response" in prompt ? (prompt.response ?? "") : "";
  return (response === "" ? 0 : tokenizer.encode(response).length) + 1;
}

/**
 * How many of a prompt's first tokens the reference keeps (fact sheet 1.1 step 3).
 * @param source prompt length s
 * @param label length t of the answer behind it
 */
export function keptFromHead(source: number, label: number, cutoffLen: number): number {
  const share = Math.floor((cutoffLen * label) / (source + label));
  const room = 2 * label < cutoffLen ? cutoffLen : 2 * source < cutoffLen ? cutoffLen - source : share;
  return Math.min(source, Math.max(cutoffLen - Math.min(room, label), 0));
}
