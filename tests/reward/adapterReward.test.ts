// Reward kinds `lora` and `oft`: the exact order of the swap on a recording model, and its effects on a real one.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine, EngineModel } from "../../src/engine/engine";
import { VALUE_HEAD_WEIGHT } from "../../src/engine/layout";
import { EngineError, ShapeError } from "../../src/errors";
import type { PpoLossHead } from "../../src/loss/lossHead";
import { type Adapter, valueHeadOf, withValueHead } from "../../src/model/adapters/adapter";
import { newLora } from "../../src/model/adapters/lora";
import { mergeAdapter } from "../../src/model/adapters/merge";
import { newOft } from "../../src/model/adapters/oft";
import { initialWeights } from "../../src/model/initialWeights";
import { adapterReward } from "../../src/reward/adapterReward";
import { fullReward } from "../../src/reward/fullReward";
import type { RewardModel, RewardSample } from "../../src/reward/rewardModel";
import { flatten, frozen } from "../engine/driving";
import { LORA, OFT, randomised } from "../model/adapters/adapterCases";
import { TINY_MODEL, wasmEngine } from "../ppo/tinyRun";

const sample = (query: number[], response: number[]): RewardSample => ({
  query: Int32Array.from(query),
  response: Int32Array.from(response),
  queryText: "",
  responseText: "",
});
const SAMPLES = [sample([3, 4], [5, 1]), sample([6], [7]), sample([8, 9, 10, 11], [12, 13, 1])];

const base = initialWeights(TINY_MODEL, 3, { padTokenId: null, initializerRange: 0.3 });
const head = valueHeadOf(initialWeights(TINY_MODEL, 9, { padTokenId: null }));
const ADAPTERS: Record<"lora" | "oft", { trained: Adapter; reward: Adapter }> = {
  lora: {
    trained: randomised(newLora(TINY_MODEL, { ...LORA, loraRank: 2 }, 1), 11),
    reward: randomised(newLora(TINY_MODEL, { ...LORA, loraRank: 4, loraTarget: "q_proj,up_proj" }, 2), 12, 0.3),
  },
  oft: {
    trained: randomised(newOft(TINY_MODEL, { ...OFT, oftBlockSize: 4 }).adapter, 13),
    reward: randomised(newOft(TINY_MODEL, { ...OFT, oftTarget: "o_proj,down_proj" }).adapter, 14, 0.3),
  },
};

/** Writes down what is asked of it; `failing` names the call that throws. */
function recordingModel(failing = ""): { model: EngineModel; calls: string[] } {
  const calls: string[] = [];
  const method =
    (name: string, answer?: Float32Array) =>
    (...args: unknown[]) => {
      const call = [name, ...args.filter((arg) => typeof arg === "string")].join(" ");
      calls.push(call);
      return call === failing ? Promise.reject(new EngineError(`cannot ${call}`)) : Promise.resolve(answer);
    };
  const methods = ["addAdapter", "createHeadBuffer", "setAdapter", "storeHead", "loadHead"].map((name) => [name, method(name)]);
  const model = { ...Object.fromEntries(methods), scoreLastToken: method("scoreLastToken", Float32Array.of(1, 2, 3)) };
  return { model, calls };
}

const SETUP = ["addAdapter reward", "createHeadBuffer reward_head", "createHeadBuffer default_head"];
const SWAP_IN = ["setAdapter reward", "storeHead default_head", "loadHead reward_head"];
const SWAP_BACK = ["setAdapter default", "loadHead default_head"];

describe("the swap", () => {
  it("has the reference's order, and leaves nothing to dispose of", async () => {
    const { model, calls } = recordingModel();
    const reward = await adapterReward(model, { adapter: ADAPTERS.lora.reward, head }, 2);
    expect(calls).toEqual(SETUP);
    expect([...(await reward.score(SAMPLES))]).toEqual([1, 2, 3]);
    reward.dispose();
    expect(calls.slice(SETUP.length)).toEqual([...SWAP_IN, "scoreLastToken", ...SWAP_BACK]);
    expect(reward.kind).toBe("lora");
  });

  it.each([
    ["setAdapter reward", ["setAdapter reward", "setAdapter default"]],
    ["storeHead default_head", ["setAdapter reward", "storeHead default_head", "setAdapter default"]],
    ["loadHead reward_head", [...SWAP_IN, ...SWAP_BACK]],
    ["scoreLastToken", [...SWAP_IN, "scoreLastToken", ...SWAP_BACK]],
  ])("is undone when %s fails, and a head that was not stored is not loaded", async (failing, expected) => {
    const { model, calls } = recordingModel(failing);
    const reward = await adapterReward(model, { adapter: ADAPTERS.lora.reward, head }, 2);
    await expect(reward.score(SAMPLES)).rejects.toThrow(`cannot ${failing}`);
    expect(calls.slice(SETUP.length)).toEqual(expected);
  });
});

describe.each(["lora", "oft"] as const)("%s on wasm", (kind) => {
  const { trained, reward } = ADAPTERS[kind];
  let engine: Engine;
  beforeAll(async () => {
    engine = await wasmEngine();
  });
  afterAll(() => engine.dispose());
  const createPolicy = () =>
    engine.createModel({
      label: "policy",
      config: TINY_MODEL,
      weights: base,
      trainable: trained.parametrisation,
      adapter: trained.tensors,
    });

  it("scores as the merged network with the reward head does", async () => {
    const policy = await createPolicy();
    const swapped = await (await adapterReward(policy, { adapter: reward, head }, 2)).score(SAMPLES);
    const merged = await frozen(engine, TINY_MODEL, withValueHead(mergeAdapter(base, reward), head));
    const plain = await fullReward(merged, 2).score(SAMPLES);
    swapped.forEach((score, i) => expect(score).toBeCloseTo(plain[i] as number, 5));
    expect(new Set(swapped).size).toBe(SAMPLES.length);
    policy.dispose();
    merged.dispose();
  });

  it("leaves weights, head, optimizer state and gradients under way as they were", async () => {
    const train = async (between: (scorer: RewardModel) => Promise<unknown>) => {
      const policy = await createPolicy();
      const scorer = await adapterReward(policy, { adapter: reward, head }, 2);
      for (let step = 0; step < 2; step++) {
        await policy.accumulate(BATCH, LOSS, 1);
        await between(scorer);
        await policy.applyAdamW(ADAMW);
      }
      const state = await policy.saveState();
      const weights = await policy.readParameters();
      policy.dispose();
      return { state, weights };
    };
    const undisturbed = await train(async () => {});
    const swapping = await train((scorer) => scorer.score(SAMPLES));
    for (const part of ["parameters", "firstMoments", "secondMoments"] as const)
      expect(flatten(swapping.state[part])).toEqual(flatten(undisturbed.state[part]));
    expect(flatten(swapping.weights)).toEqual(flatten(undisturbed.weights));
    expect(flatten(undisturbed.weights)).not.toEqual(flatten(mergeAdapter(base, trained)));
    expect([...(undisturbed.weights.get(VALUE_HEAD_WEIGHT)?.data ?? [])]).not.toEqual([...head.weight]);
  });

  it("refuses a head of another size, and a policy without base weights of its own", async () => {
    const policy = await createPolicy();
    const short = { weight: new Float32Array(8), bias: 0 };
    await expect(adapterReward(policy, { adapter: reward, head: short }, 2)).rejects.toThrow(ShapeError);
    policy.dispose();
    const full = await engine.createModel({ label: "policy", config: TINY_MODEL, weights: base, trainable: { kind: "full" } });
    await expect(adapterReward(full, { adapter: reward, head }, 2)).rejects.toThrow(EngineError);
    full.dispose();
  });
});

const BATCH = { batch: 2, seq: 4, ids: Int32Array.of(3, 4, 5, 1, 6, 7, 8, 9), start: Int32Array.of(0, 0), end: Int32Array.of(4, 4) };
const LOSS: PpoLossHead = {
  kind: "ppo",
  mask: Float32Array.of(0, 1, 1, 0, 1, 1),
  oldLogprobs: new Float32Array(6).fill(-3),
  oldValues: new Float32Array(6).fill(0.1),
  advantages: Float32Array.of(0, 1, -1, 0, 0.5, 2),
  returns: new Float32Array(6).fill(0.7),
  cliprange: 0.2,
  cliprangeValue: 0.2,
  vfCoef: 0.1,
  ratioThreshold: 1e6,
  allColumns: false,
};
const ADAMW = {
  learningRate: 1e-2,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: { decay: 0, noDecay: 0 },
  maxGradNorm: 1,
  stepWhenSkipped: false,
};
