// What a scenario brings along for making its base model and reward model.

import type { LlamaConfig } from "../engine/llamaConfig";
import type { RandomSource } from "../random";
import type { Scenario } from "../scenarios/scenario";
import type { StageOptions } from "./schedule";

type Stage = Omit<StageOptions, "seed">;

export interface PretrainRecipe {
  readonly scenario: Scenario;
  /** Text of tokenizer.json and tokenizer_config.json. */
  readonly tokenizerFiles: () => { readonly tokenizer: string; readonly config: string };
  /** Shape of the base model; the reward model has the same. */
  readonly modelConfig: (vocabSize: number) => LlamaConfig;
  /** An answer to a prompt (plain, before the chat template) as the corpus has it. */
  readonly writeResponse: (promptText: string, random: RandomSource) => string;
  /** An answer to learn to dislike. */
  readonly writeDeadText: (promptText: string, random: RandomSource) => { readonly text: string; readonly ended: boolean };
  /** Standard deviation of the base model's first weights. */
  readonly initializerRange: number;
  /** Corpus size in examples. */
  readonly corpusSize: number;
  readonly sft: Stage;
  /** Prompts with answers; each gives at most `answersPerPrompt / 2` pairs. */
  readonly preferencePrompts: number;
  readonly answersPerPrompt: number;
  /** Where answers come from; the rest are dead texts. */
  readonly answerShares: { readonly base: number; readonly corpus: number };
  readonly labelNoise: number;
  readonly rewardModelling: Stage;
}
