// What makes a scenario: prompts, a hidden judge, a chat template, where its models lie, and its own defaults.

import type { LabConfig, TemplateName } from "../config";
import type { LocalText } from "../localText";

/** The judge's verdict on one response; all values in [0, 1]. PPO never sees it. */
export interface GoldVerdict {
  readonly gold: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** A response (text without special tokens) to a rendered prompt; `ended`: the model closed it with EOS. */
export interface JudgedResponse {
  readonly queryText: string;
  readonly responseText: string;
  readonly ended: boolean;
}

export interface ScenarioPrompt {
  /** What the user asks, before the chat template. */
  readonly text: string;
}

interface RewardEntryCommon {
  /** Its name in `rewardModel`, links and on the command line. */
  readonly id: string;
  /** What it rewards, in one sentence. */
  readonly note: LocalText;
}
/** A reward model made of weights: a network (`full`) or an adapter with a head for the scenario's base model. */
export interface RewardFolderEntry extends RewardEntryCommon {
  readonly type: "full" | "lora" | "oft";
  /** Folder under `public/` in Hugging Face or PEFT layout, with its own tokenizer files. */
  readonly folder: string;
}
/** A function of the text. */
export interface RewardRuleEntry extends RewardEntryCommon {
  readonly type: "rule";
  readonly score: (response: JudgedResponse) => number;
}
export type RewardEntry = RewardFolderEntry | RewardRuleEntry;

export interface Scenario {
  readonly id: string;
  /** What it is and what to watch for, a paragraph. */
  readonly about: LocalText;
  /** Values on top of the reference's defaults; the page and the CLI start from these. */
  readonly defaults: Partial<LabConfig>;
  /** A preset: the reference's defaults, with only those values of `defaults` that a run in a browser cannot do without. */
  readonly referencePreset: Partial<LabConfig>;
  /** Why `defaults` differ from the reference's, in a few sentences for people. */
  readonly referencePresetNote: string;
  readonly trainPrompts: () => readonly ScenarioPrompt[];
  /** Never seen in training. */
  readonly heldoutPrompts: () => readonly ScenarioPrompt[];
  /** Never seen in training, and harder: where a policy that has only learnt what the reward likes shows it. */
  readonly hardPrompts: () => readonly ScenarioPrompt[];
  /** The prompt as the model reads it. */
  readonly renderPrompt: (prompt: ScenarioPrompt, template: TemplateName) => string;
  readonly judge: (response: JudgedResponse) => GoldVerdict;
  /** The response with its content words masked: how many distinct ones there are tells variety of form from variety of words. */
  readonly skeletonOf: (responseText: string) => string;
  /** The first is the one that `defaults` name. */
  readonly rewardModels: readonly [RewardEntry, ...RewardEntry[]];
  /** Folder under `public/` of the base model and its tokenizer, in Hugging Face layout. */
  readonly policy: string;
}
