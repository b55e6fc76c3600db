// Tiny runs of every kind with what a checkpoint needs to know of them, and folders in memory.

import type { LabConfig } from "../../src/config";
import type { Engine } from "../../src/engine/engine";
import { type NamedTensors, sizeOf } from "../../src/engine/layout";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import type { Adapter } from "../../src/model/adapters/adapter";
import { freezeParametrisation } from "../../src/model/adapters/freeze";
import { newLora } from "../../src/model/adapters/lora";
import { newOft } from "../../src/model/adapters/oft";
import { initialWeights } from "../../src/model/initialWeights";
import type { ReadFile } from "../../src/model/modelFolder";
import type { CheckpointRun, CheckpointSource } from "../../src/ppo/checkpoint";
import type { PolicyStart } from "../../src/ppo/policyStart";
import { EMPTY_RUN_LOG, logStep, type RunLog } from "../../src/ppo/runLog";
import { type TrainerInputs, train } from "../../src/ppo/trainer";
import type { TrainerState } from "../../src/ppo/trainerState";
import type { PhaseEvent, StepRecord } from "../../src/records";
import { RandomSource } from "../../src/random";
import { adapterReward, type AdapterWithHead } from "../../src/reward/adapterReward";
import { records, TINY_MODEL, tinyRun, tinyTokenizer } from "./tinyRun";

export const KINDS = ["full", "freeze", "lora", "oft", "lora with a reward adapter"] as const;
export type Kind = (typeof KINDS)[number];

export const TOKEN_IDS = { bosTokenId: 0, eosTokenIds: [1], padTokenId: 2 };
/** Two layers, so that freezing means something. */
export const TWO_LAYERS: LlamaConfig = { ...TINY_MODEL, numHiddenLayers: 2 };

export function baseWeights(model: LlamaConfig = TWO_LAYERS, seed = 3): NamedTensors {
  return initialWeights(model, seed, { padTokenId: null, initializerRange: 0.3 });
}

/** The scenario's side of a tiny run. */
export const SOURCE: CheckpointSource = {
  scenario: "tiny",
  folder: "models/tiny",
  tokenIds: TOKEN_IDS,
  tokenizerFiles: new Map([["tokenizer.json", new TextEncoder().encode("{}")]]),
};

export interface PreparedRun extends CheckpointRun {
  readonly inputs: TrainerInputs;
  dispose(): void;
}

/** A run on fresh models, built as the workflow builds it: with an adapter the policy is its own reference. */
export async function preparedRun(
  engine: Engine,
  kind: Kind,
  config: LabConfig,
  { model = TWO_LAYERS, weights = baseWeights(model) }: { model?: LlamaConfig; weights?: NamedTensors } = {},
): Promise<PreparedRun> {
  const start = startOf(kind, model, weights, config);
  const adapter = start.adapter ? { adapter: start.adapter.tensors } : {};
  const policy = await engine.createModel({ label: "policy", config: model, weights, trainable: start.parametrisation, ...adapter });
  const reference = start.adapter ? policy : await engine.createModel({ label: "reference", config: model, weights, trainable: null });
  const rewardAdapter = kind === "lora with a reward adapter" ? rewardOf(model, config) : null;
  const reward = rewardAdapter && { rewardModel: await adapterReward(policy, rewardAdapter, tinyTokenizer.padTokenId) };
  const inputs = await tinyRun(engine, { config, ...reward }, { policy, reference });
  const dispose = () => {
    policy.dispose();
    if (reference !== policy) reference.dispose();
  };
  return { inputs, policy, start, rewardAdapter, dispose };
}

function startOf(kind: Kind, model: LlamaConfig, weights: NamedTensors, config: LabConfig): PolicyStart {
  const plain = { config: model, weights, adapter: null, valueHead: "loaded", warnings: [] } as const;
  const adapted = (adapter: Adapter) => ({ ...plain, parametrisation: adapter.parametrisation, adapter });
  switch (kind) {
    case "full":
      return { ...plain, parametrisation: { kind } };
    case "freeze": {
      const options = { freezeTrainableLayers: 1, freezeTrainableModules: "all", freezeExtraModules: "norm" };
      return { ...plain, parametrisation: freezeParametrisation(model, options) };
    }
    case "oft":
      return adapted(newOft(model, { ...config, oftBlockSize: 4 }).adapter);
    case "lora":
    case "lora with a reward adapter":
      return adapted(newLora(model, { ...config, loraRank: 2, loraTarget: "q_proj,down_proj" }, config.seed));
  }
}

/** A LoRA adapter that is not the identity, with a head. */
function rewardOf(model: LlamaConfig, config: LabConfig): AdapterWithHead {
  const random = new RandomSource(99);
  const numbers = (size: number) => Float32Array.from({ length: size }, () => random.normal() * 0.3);
  const fresh: Adapter = newLora(model, { ...config, loraRank: 3, loraTarget: "v_proj,up_proj" }, 5);
  const tensors = new Map([...fresh.tensors].map(([name, { shape }]) => [name, { shape, data: numbers(sizeOf(shape)) }]));
  return { adapter: { ...fresh, tensors }, head: { weight: numbers(model.hiddenSize), bias: 0.25 } };
}

/** A folder of the given name in memory. */
export function folderOf(files: ReadonlyMap<string, Uint8Array>, folder = "saved"): ReadFile {
  return async (path) => {
    const bytes = path.startsWith(`${folder}/`) ? files.get(path.slice(folder.length + 1)) : undefined;
    if (!bytes) throw new Error(`no file ${path}`);
    return bytes;
  };
}

export interface Played {
  readonly steps: StepRecord[];
  readonly log: RunLog;
}

/** Trains until `state` has done `stepsDone` steps, or to the end. */
export async function play(
  inputs: TrainerInputs,
  state: TrainerState,
  log: RunLog = EMPTY_RUN_LOG,
  stepsDone = Number.POSITIVE_INFINITY,
): Promise<Played> {
  const events: PhaseEvent[] = [];
  let logged = log;
  for await (const event of train({ ...inputs, state })) {
    events.push(event);
    if (event.phase !== "step") continue;
    logged = logStep(logged, event.record, state.config);
    if (state.step >= stepsDone) break;
  }
  return { steps: records(events), log: logged };
}
