// What makes a scenario: prompts, a hidden judge, a chat template, where its models lie, and its own defaults.

import type { LabConfig } from "../config";

/** The judge's verdict on one response; all values in [0, 1]. PPO never sees it. */
export interface GoldVerdict {
  readonly gold: number;
  readonly parts: Readonly<Record<string, number>>;
}

export interface ScenarioPrompt {
  /** What the user asks, before the chat template. */
  readonly text: string;
}

export interface Scenario {
  readonly id: string;
  /** Values on top of the reference's defaults; the page and the CLI start from these. */
  readonly defaults: Partial<LabConfig>;
  /** A preset: the reference's defaults, with only those values of `defaults` that a run in a browser cannot do without. */
  readonly referencePreset: Partial<LabConfig>;
  /** Why `defaults` differ from the reference's, in a few sentences for people. */
  readonly referencePresetNote: string;
  readonly trainPrompts: () => readonly ScenarioPrompt[];
  /** Never seen in training. */
  readonly heldoutPrompts: () => readonly ScenarioPrompt[];
  /** The prompt as the model reads it: template with special tokens, assistant header included. */
  readonly renderPrompt: (prompt: ScenarioPrompt) => string;
  /** Judges a response (text without special tokens); `ended`: the model closed it with EOS. `queryText` is the rendered prompt. */
  readonly judge: (queryText: string, responseText: string, ended: boolean) => GoldVerdict;
  /** The response with its content words masked: how many distinct ones there are tells variety of form from variety of words. */
  readonly skeletonOf: (responseText: string) => string;
  /** Folders under `public/` in Hugging Face layout. */
  readonly models: { readonly policy: string; readonly reward: string; readonly tokenizer: string };
}
