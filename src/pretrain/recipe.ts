// What a scenario brings along for making its base model and its reward models.

import type { LabConfig } from "../config";
import type { LlamaConfig } from "../engine/llamaConfig";
import type { RandomSource } from "../random";
import { tokenizerConfigJson, type TokenizerLimits } from "../scenarios/chatTemplate";
import type { JudgedResponse, RewardFolderEntry, Scenario } from "../scenarios/scenario";
import type { StageOptions } from "./schedule";

export type Stage = Omit<StageOptions, "seed">;

export interface WrittenAnswer {
  readonly text: string;
  readonly ended: boolean;
}

/** How one reward model is trained: on pairs of answers, the one that `prefers` rates higher being chosen. */
export interface RewardRecipe {
  readonly entry: RewardFolderEntry;
  /** What its labellers look at; pairs of equal worth are left out. One function stands for one group of labellers and its labels. */
  readonly prefers: (response: JudgedResponse) => number;
  /** Share of pairs whose label is turned round, as human labels sometimes are. */
  readonly labelNoise: number;
  /** Labellers saw no dead texts; such a reward model has no idea what those are worth. */
  readonly ordinaryOnly?: true;
  readonly training: Stage;
  /** Sizes of a `lora` or `oft` adapter on top of the reference's. */
  readonly adapter?: Partial<LabConfig>;
}

export interface PretrainRecipe {
  readonly scenario: Scenario;
  /** Text of tokenizer.json and tokenizer_config.json. */
  readonly tokenizerFiles: () => { readonly tokenizer: string; readonly config: string };
  /** Shape of the base model; full reward models have the same. */
  readonly modelConfig: (vocabSize: number) => LlamaConfig;
  /** An answer to a prompt (plain, before the chat template) as the corpus has it, its usual slips included. */
  readonly writeResponse: (promptText: string, random: RandomSource) => string;
  /** An answer that reward models should know to be bad although the base model hardly ever writes it. */
  readonly writeDeadText: (promptText: string, random: RandomSource) => WrittenAnswer;
  /** Standard deviation of the base model's first weights. */
  readonly initializerRange: number;
  /** Corpus size in examples. */
  readonly corpusSize: number;
  readonly sft: Stage;
  /** Prompts with answers; each gives at most `answersPerPrompt / 2` pairs to every reward model. */
  readonly preferencePrompts: number;
  readonly answersPerPrompt: number;
  /** Where answers come from; the rest are dead texts. */
  readonly answerShares: { readonly base: number; readonly corpus: number };
  /** Empty where a rule scores. */
  readonly rewards: readonly RewardRecipe[];
}

/** The one shape of all shipped models: about 0.2 million parameters. */
export function smallModel(vocabSize: number, maxPositionEmbeddings: number): LlamaConfig {
  return {
    vocabSize,
    hiddenSize: 64,
    intermediateSize: 192,
    numHiddenLayers: 3,
    numAttentionHeads: 4,
    numKeyValueHeads: 4,
    headDim: 16,
    maxPositionEmbeddings,
    rmsNormEps: 1e-5,
    ropeTheta: 10000,
    ropeScaling: { kind: "none" },
    tieWordEmbeddings: false,
    attentionBias: false,
    mlpBias: false,
  };
}

/** Text of the tokenizer files, as they lie in every model folder of the scenario. */
export function tokenizerFileTexts(tokenizer: object, limits: TokenizerLimits): { readonly tokenizer: string; readonly config: string } {
  const text = (value: object): string => `${JSON.stringify(value, null, 1)}\n`;
  return { tokenizer: text(tokenizer), config: text(tokenizerConfigJson(limits)) };
}
