// Trained weights to model folders: the base model, reward networks and reward adapters, as float16 with the tokenizer beside them.

import { withDefaults } from "../config";
import type { NamedTensors } from "../engine/layout";
import type { LlamaConfig } from "../engine/llamaConfig";
import { saveAdapterFolder } from "../model/adapterFolder";
import { type Adapter, trainedAdapter, valueHeadOf } from "../model/adapters/adapter";
import { newLora } from "../model/adapters/lora";
import { newOft } from "../model/adapters/oft";
import { saveModelFolder } from "../model/modelFolder";
import type { Tokenizer } from "../model/tokenizer";
import type { PretrainRecipe, RewardRecipe } from "./recipe";

/** What training has changed: all weights, or an adapter's tensors with the head. */
export interface RewardWeights {
  readonly adapter: Adapter | null;
  readonly theta: NamedTensors;
}

export interface Packing {
  readonly scenario: PretrainRecipe["scenario"];
  readonly modelConfig: LlamaConfig;
  readonly tokenizer: Tokenizer;
  readonly files: ReturnType<PretrainRecipe["tokenizerFiles"]>;
}

/** The adapter that a reward model trains, with its first values; null for a whole network. */
export function newRewardAdapter({ entry, adapter }: RewardRecipe, config: LlamaConfig, seed: number): Adapter | null {
  const options = withDefaults(adapter ?? {});
  switch (entry.type) {
    case "full":
      return null;
    case "lora":
      return newLora(config, options, seed);
    case "oft":
      return newOft(config, options).adapter;
  }
}

/** Without a value head: PPO draws a fresh one from the run's seed (quirk Q33). */
export function policyFolder(packing: Packing, weights: NamedTensors): Map<string, Uint8Array> {
  const folder = networkFolder(packing, weights);
  folder.delete("value_head.safetensors");
  return folder;
}

/** @param base what an adapter was trained on */
export function rewardFolder(packing: Packing, base: NamedTensors, { adapter, theta }: RewardWeights): Map<string, Uint8Array> {
  const { scenario, modelConfig } = packing;
  if (adapter === null) return networkFolder(packing, theta);
  const saved = saveAdapterFolder(trainedAdapter(modelConfig, adapter, theta), {
    base: { config: modelConfig, weights: base },
    baseName: scenario.policy,
    valueHead: valueHeadOf(theta),
    dtype: "F16",
  });
  return withTokenizer(packing, saved);
}

function networkFolder(packing: Packing, weights: NamedTensors): Map<string, Uint8Array> {
  const { bosTokenId, eosTokenId, padTokenId } = packing.tokenizer;
  const tokenIds = { bosTokenId, eosTokenIds: [eosTokenId], padTokenId };
  return withTokenizer(packing, saveModelFolder(packing.modelConfig, weights, { dtype: "F16", tokenIds }));
}

function withTokenizer({ files }: Packing, folder: Map<string, Uint8Array>): Map<string, Uint8Array> {
  folder.set("tokenizer.json", new TextEncoder().encode(files.tokenizer));
  folder.set("tokenizer_config.json", new TextEncoder().encode(files.config));
  return folder;
}
