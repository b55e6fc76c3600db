// Long life of an engine: the same bits twice, state that saves and restores, no leak, several models side by side.

import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine, EngineModel } from "../../src/engine/engine";
import { ShapeError } from "../../src/errors";
import type { LossHead } from "../../src/loss/lossHead";
import { ADAMW, flatten, frozen, GENERATION, generateRows, trainable } from "./driving";
import { ENGINES } from "./engines";
import { MODELS, paddedBatch, ppoHead, randomWeights, responseMask, TINY } from "./fixtures";

const batch = paddedBatch(TINY, 51);
const weights = randomWeights(TINY, 50);
const ppo = ppoHead(batch, new Float32Array(20).fill(-2.5), 52, { valueDropout: { probability: 0.1, key: 5 } });
const sft: LossHead = { kind: "sft", mask: responseMask(batch) };

/** Two optimizer steps of two minibatches each. */
async function train(model: EngineModel): Promise<void> {
  for (let k = 0; k < 2; k++) {
    await model.accumulate(batch, ppo, 0.5);
    await model.accumulate(batch, sft, 0.5);
    await model.applyAdamW(ADAMW);
  }
}

/** Everything a caller can do, once. */
async function exercise(model: EngineModel): Promise<void> {
  await train(model);
  await model.readUpdates();
  await model.accumulate(batch, { kind: "rewardPair" }, 1);
  await model.zeroGradients();
  await model.readUpdates();
  await model.evaluate({ batch, columns: Uint8Array.from(responseMask(batch)), entropies: true, topK: 3, distribution: true });
  await model.scoreLastToken(batch);
  await generateRows(model, GENERATION);
  await model.restoreState(await model.saveState());
}

describe.each(ENGINES)("life of %s", (name, create) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await create();
  });
  afterAll(() => engine.dispose());

  const tensorsHeld = () => (name.startsWith("tfjs") ? tf.memory().numTensors : 0);

  test("it says which engine it is", () => {
    expect(engine.name).toBe(name);
  });

  test("the same calls give the same bits", async () => {
    const run = async () => {
      const model = await trainable(engine, TINY, weights);
      await train(model);
      const rows = await generateRows(model, GENERATION);
      const { logprobs, values } = await model.evaluate({ batch, columns: new Uint8Array(20).fill(1) });
      const { losses, steps } = await model.readUpdates();
      const parameters = flatten(await model.readParameters());
      model.dispose();
      return { rows, logprobs, values, losses, steps, parameters };
    };
    const first = await run();
    expect(await run()).toEqual(first);
    expect(first.parameters).not.toEqual(flatten(weights));
    expect(first.losses.map(({ kind }) => kind)).toEqual(["ppo", "sft", "ppo", "sft"]);
    expect(first.steps.map(({ outcome }) => outcome)).toEqual(["stepped", "stepped"]);
  });

  test("a restored state continues bit for bit, in a new model too", async () => {
    const model = await trainable(engine, TINY, weights);
    await train(model);
    const saved = await model.saveState();
    await train(model);
    const expected = await model.saveState();
    expect(expected.optimizerSteps).toBe(4);

    await model.accumulate(batch, sft, 1);
    await model.restoreState(saved);
    await train(model);
    const again = await model.saveState();
    const other = await trainable(engine, TINY, randomWeights(TINY, 99));
    await other.restoreState(saved);
    await train(other);
    const elsewhere = await other.saveState();
    for (const state of [again, elsewhere]) {
      expect(state.optimizerSteps).toBe(4);
      expect(flatten(state.parameters)).toEqual(flatten(expected.parameters));
      expect(flatten(state.firstMoments)).toEqual(flatten(expected.firstMoments));
      expect(flatten(state.secondMoments)).toEqual(flatten(expected.secondMoments));
    }
    model.dispose();
    other.dispose();
  });

  test("what goes in and out is a copy", async () => {
    const own = new Map([...weights].map(([key, { shape, data }]) => [key, { shape, data: data.slice() }]));
    const model = await trainable(engine, TINY, own);
    const expected = flatten(await model.readParameters());
    for (const { data } of own.values()) data.fill(7);
    for (const { data } of (await model.readParameters()).values()) data.fill(8);
    expect(flatten(await model.readParameters())).toEqual(expected);
    model.dispose();
  });

  test("a policy and a frozen reference of another shape live side by side", async () => {
    const otherConfig = MODELS["tied embeddings, biases, linear rope"] as typeof TINY;
    const reference = await frozen(engine, otherConfig, randomWeights(otherConfig, 53));
    const policy = await trainable(engine, TINY, weights);
    const columns = new Uint8Array(20).fill(1);
    const before = await reference.evaluate({ batch, columns });
    await train(policy);
    expect(await reference.evaluate({ batch, columns })).toEqual(before);
    policy.dispose();
    expect(await reference.evaluate({ batch, columns })).toEqual(before);
    reference.dispose();
  });

  test("200 updates and every other call hold no more memory than the first", async () => {
    const model = await trainable(engine, TINY, weights);
    await exercise(model);
    const bytes = engine.memoryInUse();
    const tensors = tensorsHeld();
    const firstLoss = (await lossesOf(model))[0] as number;
    for (let update = 0; update < 200; update++) {
      await model.accumulate(batch, sft, 1);
      await model.applyAdamW(ADAMW);
      if (update % 50 === 0) await exercise(model);
      await model.readUpdates();
    }
    expect(engine.memoryInUse()).toBe(bytes);
    expect(tensorsHeld()).toBe(tensors);
    expect((await lossesOf(model))[0] as number).toBeLessThan(0.7 * firstLoss);
    model.dispose();
  });

  async function lossesOf(model: EngineModel): Promise<number[]> {
    await model.accumulate(batch, sft, 1);
    await model.zeroGradients();
    return (await model.readUpdates()).losses.map((result) => (result.kind === "sft" ? result.loss : Number.NaN));
  }

  test("dispose frees all of a model, pending updates included, and twice does no harm", async () => {
    const warm = await trainable(engine, TINY, weights);
    await exercise(warm);
    warm.dispose();
    const bytes = engine.memoryInUse();
    const tensors = tensorsHeld();
    const model = await trainable(engine, TINY, weights);
    await model.accumulate(batch, ppo, 1);
    expect(engine.memoryInUse()).toBeGreaterThan(bytes);
    model.dispose();
    model.dispose();
    expect(engine.memoryInUse()).toBe(bytes);
    expect(tensorsHeld()).toBe(tensors);
  });

  test("counters only grow, and a call moves them", async () => {
    const model = await frozen(engine, TINY, weights);
    const before = engine.counters();
    await model.evaluate({ batch, columns: new Uint8Array(20).fill(1) });
    const after = engine.counters();
    expect(after.kernelCalls).toBeGreaterThan(before.kernelCalls);
    expect(after.readbacks).toBeGreaterThan(before.readbacks);
    model.dispose();
  });

  test("the memory estimate grows with the work and covers at least the parameters", async () => {
    const request = { config: TINY, trainable: null, batch: 4, seq: 8 };
    const frozenBytes = engine.estimateMemory(request);
    const parameters = flatten(weights).length * 4;
    expect(frozenBytes).toBeGreaterThan(parameters);
    expect(engine.estimateMemory({ ...request, trainable: { kind: "full" } })).toBeGreaterThan(frozenBytes + 2 * parameters);
    expect(engine.estimateMemory({ ...request, batch: 8 })).toBeGreaterThan(frozenBytes);
    expect(engine.estimateMemory({ ...request, seq: 16 })).toBeGreaterThan(frozenBytes);
  });

  test("weights of another shape are refused", async () => {
    const short = new Map([...weights].filter(([key]) => key !== "model.norm.weight"));
    await expect(trainable(engine, TINY, short)).rejects.toThrow(ShapeError);
    await expect(trainable(engine, { ...TINY, intermediateSize: 25 }, weights)).rejects.toThrow(ShapeError);
    const model = await trainable(engine, TINY, weights);
    const state = await model.saveState();
    await expect(model.restoreState({ ...state, firstMoments: short })).rejects.toThrow(ShapeError);
    model.dispose();
  });
});

const tfjsEngines = ENGINES.filter(([name]) => name.startsWith("tfjs"));

// The test page has no second one.
test.runIf(tfjsEngines.length > 1)("two tfjs engines on different backends take turns without disturbing each other", async () => {
  const engines = await Promise.all(tfjsEngines.map(([, create]) => create()));
  const models = await Promise.all(engines.map((engine) => trainable(engine, TINY, weights)));
  const alone = await generateRows(models[0] as EngineModel, GENERATION);
  const together = await Promise.all(models.map((model) => generateRows(model, { ...GENERATION, tokensPerBlock: 1 })));
  expect(together).toEqual([alone, alone]);
  await Promise.all(models.map(train));
  const [first, second] = await Promise.all(models.map(async (model) => flatten(await model.readParameters())));
  for (const [i, x] of (first as number[]).entries()) expect(Math.abs(x - ((second as number[])[i] as number))).toBeLessThan(1e-4);
  for (const engine of engines) engine.dispose();
  expect(tf.memory().numTensors).toBe(0);
});
