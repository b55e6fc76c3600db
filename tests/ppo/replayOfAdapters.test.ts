// Adapters and frozen layers that the recorded reference runs leave alone: our own runs in reference mode, written under the
// reference's names in memory and replayed. Checks names, sizes and which tensors are trained, not the formulas.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabConfig } from "../../src/config";
import type { Engine, EngineModel } from "../../src/engine/engine";
import { type NamedTensor, type NamedTensors, VALUE_HEAD_WEIGHT } from "../../src/engine/layout";
import type { ReadFile } from "../../src/model/modelFolder";
import { type Adapter, trainedAdapter, valueHeadOf, valueHeadTensors } from "../../src/model/adapters/adapter";
import { freezeParametrisation } from "../../src/model/adapters/freeze";
import { newLora } from "../../src/model/adapters/lora";
import { newOft } from "../../src/model/adapters/oft";
import { initialWeights } from "../../src/model/initialWeights";
import { readRecordedRun } from "../../src/ppo/recordedRun";
import { replayRun } from "../../src/ppo/replay";
import { adapterReward } from "../../src/reward/adapterReward";
import { fullReward } from "../../src/reward/fullReward";
import { frozen } from "../engine/driving";
import { ENGINES } from "../engine/engines";
import { randomised } from "../model/adapters/adapterCases";
import { recordRun } from "./recordRun";
import { TINY_MODEL, tinyConfig, tinyRun } from "./tinyRun";

const engines: Engine[] = [];
beforeAll(async () => {
  for (const name of ["wasm", "tfjs-cpu"]) {
    const entry = ENGINES.find(([candidate]) => candidate === name);
    if (!entry) throw new Error(`no engine ${name}`);
    engines.push(await entry[1]());
  }
});
afterAll(() => {
  for (const engine of engines) engine.dispose();
});

const base = initialWeights(TINY_MODEL, 3, { padTokenId: null, initializerRange: 0.3 });
const rewardHead = valueHeadOf(initialWeights(TINY_MODEL, 9, { padTokenId: null }));
const ARGS = { per_device_train_batch_size: 2, gradient_accumulation_steps: 2, ppo_buffer_size: 2, ppo_epochs: 2 };
const configOf = (changes: Partial<LabConfig>) =>
  tinyConfig({ referenceMode: true, perDeviceTrainBatchSize: 2, gradientAccumulationSteps: 2, maxSteps: 2, ...changes });

/** Names as they stand in PPOTrainer's memory. */
function namesInMemory(weights: NamedTensors, adapters: Readonly<Record<string, Adapter>>): NamedTensors {
  const named = new Map<string, NamedTensor>();
  const adapted = (name: string) =>
    Object.values(adapters).some(({ tensors }) => [...tensors.keys()].some((tensor) => tensor.startsWith(`${name.slice(0, -7)}.`)));
  for (const [name, tensor] of weights) {
    const inner = adapted(name) ? name.replace(/weight$/, "base_layer.weight") : name;
    named.set(name.startsWith("v_head.") ? name : `pretrained_model.base_model.model.${inner}`, tensor);
  }
  for (const [adapter, { tensors }] of Object.entries(adapters))
    for (const [name, tensor] of tensors)
      named.set(`pretrained_model.base_model.model.${name.replace(/weight$/, `${adapter}.weight`)}`, tensor);
  return named;
}

interface AdapterRun {
  readonly config: LabConfig;
  readonly args: object;
  readonly adapter: Adapter;
  /** null: a network of its own scores. */
  readonly reward: Adapter | null;
}

async function record(engine: Engine, { config, args, adapter, reward }: AdapterRun): Promise<ReadFile> {
  const policy = await engine.createModel({
    label: "policy",
    config: TINY_MODEL,
    weights: base,
    trainable: adapter.parametrisation,
    adapter: adapter.tensors,
  });
  const network = initialWeights(TINY_MODEL, 9, { padTokenId: null, initializerRange: 0.3 });
  const rewardModel = reward
    ? await adapterReward(policy, { adapter: reward, head: rewardHead }, 2)
    : fullReward(await frozen(engine, TINY_MODEL, network), 2);
  const stateDict = async () => {
    const theta = (await policy.saveState()).parameters;
    const weights = new Map([...base].map(([name, tensor]): [string, NamedTensor] => [name, theta.get(name) ?? tensor]));
    return namesInMemory(weights, { default: trainedAdapter(TINY_MODEL, adapter, theta), ...(reward ? { reward } : {}) });
  };
  const spare = await tinyRun(engine);
  const run = { ...spare, config, policy, reference: policy, rewardModel };
  const rewardWeights = reward ? valueHeadTensors(rewardHead) : network;
  const files = await recordRun({ run, stateDict, rewardWeights, args: { ...ARGS, ...args }, ppo: {} });
  for (const model of [policy, spare.policy, spare.reference, rewardModel]) model.dispose();
  return files;
}

const lora = (options: Partial<LabConfig>, seed = 1) => randomised(newLora(TINY_MODEL, configOf(options), 1), seed, 0.1);
const oft = (options: Partial<LabConfig>, seed = 1) => randomised(newOft(TINY_MODEL, configOf(options)).adapter, seed, 0.05);

const CASES: readonly [string, object, (config: LabConfig) => { adapter: Adapter; reward: Adapter | null }][] = [
  [
    "LoRA on some targets, a network scores",
    { lora_rank: 3, lora_alpha: 5 },
    () => ({
      adapter: lora({ loraRank: 3, loraAlpha: 5, loraTarget: "q_proj,v_proj,down_proj" }),
      reward: null,
    }),
  ],
  [
    "rsLoRA, a reward adapter of the same scale",
    { lora_rank: 4, lora_alpha: 6, use_rslora: true },
    () => ({
      adapter: lora({ loraRank: 4, loraAlpha: 6, useRslora: true }),
      reward: lora({ loraRank: 4, loraAlpha: 6, useRslora: true, loraTarget: "up_proj" }, 2),
    }),
  ],
  [
    "LoRA with alpha, a reward adapter of another rank and default alpha",
    { lora_rank: 2, lora_alpha: 7 },
    () => ({
      adapter: lora({ loraRank: 2, loraAlpha: 7 }),
      reward: lora({ loraRank: 5, loraTarget: "all" }, 2),
    }),
  ],
  [
    "OFT by block size, a network scores",
    { finetuning_type: "oft", oft_block_size: 8 },
    () => ({
      adapter: oft({ oftBlockSize: 8 }),
      reward: null,
    }),
  ],
  [
    "OFT by blocks, exact, an OFT adapter scores",
    { finetuning_type: "oft", oft_rank: 4, use_cayley_neumann: false },
    () => ({
      adapter: oft({ oftRank: 4, oftBlockSize: 0, useCayleyNeumann: false, oftTarget: "q_proj,down_proj" }),
      reward: oft({ oftRank: 4, oftBlockSize: 0, useCayleyNeumann: false }, 2),
    }),
  ],
];

describe("an adapter's run recorded on wasm and replayed on tfjs", () => {
  it.each(CASES)("%s", async (_, args, make) => {
    const [wasm, tfjs] = engines;
    if (!wasm || !tfjs) throw new Error("engines are missing");
    const config = configOf({});
    const files = await record(wasm, { config, args, ...make(config) });
    const report = await replayRun(await readRecordedRun(files), tfjs);
    expect(report.problems).toEqual([]);
    expect(report).toMatchObject({ steps: 2, weights: { stepsCompared: 2 } });
    expect(report.scores).toBeLessThan(1e-5);
  });
});

describe("a frozen run recorded on wasm and replayed on tfjs", () => {
  it("trains and compares the chosen layers only", async () => {
    const [wasm, tfjs] = engines;
    if (!wasm || !tfjs) throw new Error("engines are missing");
    const options = { freezeTrainableLayers: 1, freezeTrainableModules: "mlp", freezeExtraModules: "norm" };
    const trainable = freezeParametrisation(TINY_MODEL, options);
    const policy: EngineModel = await wasm.createModel({ label: "policy", config: TINY_MODEL, weights: base, trainable });
    const spare = await tinyRun(wasm);
    const network = initialWeights(TINY_MODEL, 9, { padTokenId: null, initializerRange: 0.3 });
    const rewardModel = fullReward(await frozen(wasm, TINY_MODEL, network), 2);
    const run = { ...spare, config: configOf({}), policy, rewardModel };
    const args = {
      ...ARGS,
      finetuning_type: "freeze",
      freeze_trainable_layers: 1,
      freeze_trainable_modules: "mlp",
      freeze_extra_modules: ["norm"],
    };
    const files = await recordRun({ run, stateDict: () => policy.readParameters(), rewardWeights: network, args, ppo: {} });
    const recorded = await readRecordedRun(files);
    expect(recorded.policy.parametrisation).toEqual(trainable);
    expect([...(recorded.steps[1]?.theta?.keys() ?? [])]).toContain(VALUE_HEAD_WEIGHT);
    expect(recorded.steps[1]?.theta?.size).toBe(3 + 3 + 2);
    const report = await replayRun(recorded, tfjs);
    expect(report.problems).toEqual([]);
    const other = await readRecordedRun(async (file) => {
      const bytes = await files(file);
      if (file !== "steps.json") return bytes;
      const json = JSON.parse(new TextDecoder().decode(bytes));
      return new TextEncoder().encode(JSON.stringify({ ...json, args: { ...args, freeze_trainable_modules: "self_attn" } }));
    });
    expect((await replayRun(other, tfjs)).problems.join()).toContain("weights differ");
    for (const model of [policy, spare.policy, spare.reference, rewardModel]) model.dispose();
  });
});
