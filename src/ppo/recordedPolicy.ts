// The policy's tensors of a recorded run, in memory names of PPOTrainer, PEFT and TRL: base weights, its adapter, the reward's adapter.

import type { LabConfig } from "../config";
import type { Parametrisation } from "../engine/engine";
import { type NamedTensor, type NamedTensors, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "../engine/layout";
import type { LlamaConfig } from "../engine/llamaConfig";
import { thetaSpecs } from "../engine/theta";
import { CheckpointError } from "../errors";
import { assembleAdapter } from "../model/adapterFolder";
import type { Adapter } from "../model/adapters/adapter";
import type { AdapterSizes } from "../model/adapters/adapterConfig";
import { freezeParametrisation } from "../model/adapters/freeze";
import { cayleyOf } from "../model/adapters/oft";
import { selectWeights } from "../model/modelFolder";

export interface RecordedPolicy {
  /** Base weights with the value head. */
  readonly weights: NamedTensors;
  readonly parametrisation: Parametrisation;
  readonly adapter: Adapter | null;
  /**
   * The adapter that scores. Its alpha is not recorded: the first has the policy's options, a second one twice its rank where that
   * is another scale. Empty when a network of its own scored.
   */
  readonly rewardAdapters: readonly Adapter[];
}

const TRAINED = "default";
const REWARD = "reward";

/**
 * @param config the run's options; `finetuningType` says what the policy is
 * @throws CheckpointError when tensors are missing, unknown or of another shape.
 */
export function recordedPolicy(llama: LlamaConfig, config: LabConfig, stateDict: NamedTensors): RecordedPolicy {
  const { base, adapters } = splitAdapters(stateDict);
  const weights = selectWeights(llama, base);
  const strange = [...adapters.keys()].find((name) => name !== TRAINED && name !== REWARD);
  if (strange !== undefined)
    throw new CheckpointError(`Recorded run: expected adapters named ${TRAINED} and ${REWARD}, got ${strange}. Record the run again.`);
  if (config.finetuningType === "full") return { weights, parametrisation: { kind: "full" }, adapter: null, rewardAdapters: [] };
  if (config.finetuningType === "freeze")
    return { weights, parametrisation: freezeParametrisation(llama, config), adapter: null, rewardAdapters: [] };

  const assemble = (name: string, options: LabConfig): Adapter => {
    const tensors = adapters.get(name) ?? new Map<string, NamedTensor>();
    return assembleAdapter(llama, sizesOf(options, tensors), tensors).adapter;
  };
  const adapter = assemble(TRAINED, config);
  const { parametrisation } = adapter;
  if (!adapters.has(REWARD)) return { weights, parametrisation, adapter, rewardAdapters: [] };
  const sameOptions = assemble(REWARD, config);
  const defaultAlpha = assemble(REWARD, { ...config, loraAlpha: null, useRslora: false });
  const oneScale = adapter.kind === "oft" || (config.loraAlpha === null && !config.useRslora);
  return { weights, parametrisation, adapter, rewardAdapters: oneScale ? [sameOptions] : [sameOptions, defaultAlpha] };
}

/** The trained tensors by theta's names, out of the policy's state after a step. */
export function recordedTheta(llama: LlamaConfig, { parametrisation }: RecordedPolicy, stateDict: NamedTensors): NamedTensors {
  const { base, adapters } = splitAdapters(stateDict);
  const named = new Map([...base, ...(adapters.get(TRAINED) ?? [])]);
  return new Map(
    thetaSpecs(llama, parametrisation).map(({ name }): [string, NamedTensor] => {
      const tensor = named.get(name);
      if (!tensor) throw new CheckpointError(`Recorded run: expected ${name} in the policy after a step, but it is missing. Record again.`);
      return [name, tensor];
    }),
  );
}

/** Whether a state dict holds a value head and nothing else. */
export function isBareHead(stateDict: NamedTensors): boolean {
  return stateDict.size === 2 && stateDict.has(VALUE_HEAD_WEIGHT) && stateDict.has(VALUE_HEAD_BIAS);
}

/** `lora` or `oft` when there are adapter tensors, else null. */
export function adapterKind(stateDict: NamedTensors): "lora" | "oft" | null {
  const names = [...stateDict.keys()];
  return (["lora", "oft"] as const).find((kind) => names.some((name) => name.includes(`.${kind}_`))) ?? null;
}

/** Names lose the wrappers' prefixes and `.base_layer.`; adapter tensors also their adapter's name. */
function splitAdapters(stateDict: NamedTensors): { base: Map<string, NamedTensor>; adapters: Map<string, Map<string, NamedTensor>> } {
  const base = new Map<string, NamedTensor>();
  const adapters = new Map<string, Map<string, NamedTensor>>();
  for (const [name, tensor] of stateDict) {
    const plain = name.replace("pretrained_model.", "").replace("base_model.model.", "").replace(".base_layer.", ".");
    const [, tensorName, adapter] = /^(.+\.(?:lora_[AB]|oft_R))\.([^.]+)\.weight$/.exec(plain) ?? [];
    if (tensorName === undefined || adapter === undefined) base.set(plain, tensor);
    else adapters.set(adapter, (adapters.get(adapter) ?? new Map<string, NamedTensor>()).set(`${tensorName}.weight`, tensor));
  }
  return { base, adapters };
}

/** The rank is the tensors' own. */
function sizesOf(config: LabConfig, tensors: NamedTensors): AdapterSizes {
  if (config.finetuningType === "oft") {
    const { oftRank, oftBlockSize, useCayleyNeumann, numCayleyNeumannTerms } = config;
    const cayley = cayleyOf(useCayleyNeumann, numCayleyNeumannTerms);
    return { kind: "oft", rank: oftRank, blockSize: oftRank > 0 ? 0 : oftBlockSize, cayley };
  }
  const [, lowRank] = [...tensors].find(([name]) => name.endsWith(".lora_A.weight")) ?? [];
  const rank = lowRank?.shape[0] ?? config.loraRank;
  return { kind: "lora", rank, alpha: config.loraAlpha ?? 2 * rank, useRslora: config.useRslora };
}
