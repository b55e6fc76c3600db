// An engine whose device is lost: what fails, what is made again, what must be restored.

import { expect, test } from "vitest";
import type { AdamWStep } from "../../src/engine/engine";
import { DeviceLostError, EngineError, ShapeError } from "../../src/errors";
import type { LossHead } from "../../src/loss/lossHead";
import { adapted, allLinear, randomTheta } from "./adapterFixtures";
import { flatten, frozen, generateRows, trainable } from "./driving";
import { paddedBatch, randomWeights, responseMask, TINY } from "./fixtures";
import { LossyDevice, recoveringEngine, wasmEngine } from "./lossyEngine";

const lora = { kind: "lora", rank: 2, scale: 2, targets: allLinear(TINY) } as const;
const judgeHead = { weight: Float32Array.from({ length: TINY.hiddenSize }, (_, i) => 0.1 * (i % 3)), bias: 0.5 };
const weights = randomWeights(TINY, 60);
const batch = paddedBatch(TINY, 61);
const columns = new Uint8Array(20).fill(1);
const sft: LossHead = { kind: "sft", mask: responseMask(batch) };
const step: AdamWStep = {
  learningRate: 1e-2,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: { decay: 0, noDecay: 0 },
  maxGradNorm: 1,
  stepWhenSkipped: false,
};

test("a call that hangs on a lost device fails, and the next one is answered by another device", async () => {
  const devices = [new LossyDevice(), new LossyDevice()] as const;
  const { engine, recoveries } = await recoveringEngine(devices);
  const reference = await frozen(engine, TINY, weights);
  const expected = await reference.evaluate({ batch, columns });
  devices[0].loseAt = 2;
  await expect(reference.evaluate({ batch, columns })).rejects.toThrow(DeviceLostError);
  expect(await reference.evaluate({ batch, columns })).toEqual(expected);
  expect(recoveries).toEqual([{ cause: "the device was lost", engine: "webgpu", adapter: "a device" }]);
  expect(devices.map(({ released }) => released)).toEqual([true, false]);
  engine.dispose();
  expect(devices[1].released).toBe(true);
});

test("a call that fails some time before the loss is told fails of the loss", async () => {
  const device = new LossyDevice();
  const { engine } = await recoveringEngine([device]);
  const reference = await frozen(engine, TINY, weights);
  device.loseAt = 1;
  device.toldAfter = 100;
  await expect(reference.scoreLastToken(batch)).rejects.toThrow(DeviceLostError);
  expect((await reference.scoreLastToken(batch)).length).toBe(4);
  expect(engine.name).toBe("wasm");
  engine.dispose();
});

test("twice lost, the CPU goes on", async () => {
  const devices = [new LossyDevice(), new LossyDevice()] as const;
  const { engine, recoveries } = await recoveringEngine(devices);
  const reference = await frozen(engine, TINY, weights);
  const scores = await reference.scoreLastToken(batch);
  devices[0].lose();
  devices[1].lose();
  expect(await reference.scoreLastToken(batch)).toEqual(scores);
  expect(engine.name).toBe("wasm");
  expect(engine.adapter).toBeNull();
  expect(recoveries.map(({ engine: name }) => name)).toEqual(["wasm"]);
  engine.dispose();
});

test("a trained model refuses to go on until its state is restored, then continues bit for bit", async () => {
  const devices = [new LossyDevice()] as const;
  const { engine } = await recoveringEngine(devices);
  const undisturbed = await trainable(await wasmEngine(), TINY, weights);
  const policy = await trainable(engine, TINY, weights);
  for (const model of [undisturbed, policy]) {
    await model.accumulate(batch, sft, 1);
    await model.applyAdamW(step);
  }
  const saved = await policy.saveState();
  devices[0].lose();
  await expect(policy.evaluate({ batch, columns })).rejects.toThrow(/Restore a saved state/);
  await expect(generateRows(policy, generation)).rejects.toThrow(DeviceLostError);
  await policy.restoreState(saved);
  for (const model of [undisturbed, policy]) {
    await model.accumulate(batch, sft, 1);
    await model.applyAdamW(step);
  }
  expect(flatten(await policy.readParameters())).toEqual(flatten(await undisturbed.readParameters()));
  expect(await generateRows(policy, generation)).toEqual(await generateRows(undisturbed, generation));
  engine.dispose();
});

test("a restore that was cut off by the loss does not count", async () => {
  const devices = [new LossyDevice()] as const;
  const { engine } = await recoveringEngine(devices);
  const policy = await trainable(engine, TINY, weights);
  const saved = await policy.saveState();
  devices[0].loseAt = devices[0].calls + 1;
  await expect(policy.restoreState(saved)).rejects.toThrow(DeviceLostError);
  await expect(policy.readParameters()).rejects.toThrow(DeviceLostError);
  await policy.restoreState(saved);
  expect(flatten(await policy.readParameters())).toEqual(flatten(weights));
  engine.dispose();
});

test("an error of the device that no call reported fails the call under way, once", async () => {
  const device = new LossyDevice();
  const { engine } = await recoveringEngine([device]);
  const reference = await frozen(engine, TINY, weights);
  device.report("a kernel was wrong");
  await expect(reference.scoreLastToken(batch)).rejects.toThrow(new EngineError("a kernel was wrong"));
  expect((await reference.scoreLastToken(batch)).length).toBe(4);
  await expect(reference.scoreLastToken({ ...batch, ids: batch.ids.slice(1) })).rejects.toThrow(ShapeError);
  engine.dispose();
});

test("counters go on counting, and a consumer that leaves a generation early leaves nothing behind", async () => {
  const devices = [new LossyDevice()] as const;
  const { engine } = await recoveringEngine(devices);
  const reference = await frozen(engine, TINY, weights);
  await reference.scoreLastToken(batch);
  const before = engine.counters().kernelCalls;
  devices[0].lose();
  await reference.scoreLastToken(batch);
  expect(engine.counters().kernelCalls).toBe(2 * before);
  for await (const _ of reference.generate(generation)) break;
  const bytes = engine.memoryInUse();
  for await (const _ of reference.generate(generation)) break;
  expect(engine.memoryInUse()).toBe(bytes);
  engine.dispose();
});

test("a frozen model comes back with its adapters, the one in force, its value head and its head buffers", async () => {
  const devices = [new LossyDevice()] as const;
  const { engine } = await recoveringEngine(devices);
  const model = await frozen(engine, TINY, weights);
  const tensors = randomTheta({ config: TINY, parametrisation: lora }, 62);
  await model.addAdapter("judge", lora, tensors);
  await model.createHeadBuffer("own", null);
  await model.createHeadBuffer("judge", judgeHead);
  await model.storeHead("own");
  await model.setAdapter("judge");
  await model.loadHead("judge");
  const scores = await model.scoreLastToken(batch);
  for (const { data } of tensors.values()) data.fill(0);
  devices[0].lose();
  expect(await model.scoreLastToken(batch)).toEqual(scores);
  await model.setAdapter(null);
  await model.loadHead("own");
  expect(flatten(await model.readParameters())).toEqual(flatten(weights));
  await expect(model.addAdapter("judge", lora, tensors)).rejects.toThrow(EngineError);
  engine.dispose();
});

test("a trained adapter that scored with another when the device was lost continues bit for bit once restored", async () => {
  const devices = [new LossyDevice()] as const;
  const { engine } = await recoveringEngine(devices);
  const policyCase = { config: TINY, parametrisation: lora };
  const theta = randomTheta(policyCase, 63);
  const undisturbed = await adapted(await wasmEngine(), policyCase, weights, theta);
  const policy = await adapted(engine, policyCase, weights, theta);
  for (const model of [undisturbed, policy]) {
    await model.addAdapter("reward", lora, randomTheta(policyCase, 64));
    await model.createHeadBuffer("reward", judgeHead);
    await model.createHeadBuffer("default", null);
    await model.accumulate(batch, sft, 1);
    await model.applyAdamW(step);
  }
  const saved = await policy.saveState();
  await policy.setAdapter("reward");
  await policy.storeHead("default");
  await policy.loadHead("reward");
  devices[0].lose();
  await expect(policy.scoreLastToken(batch)).rejects.toThrow(DeviceLostError);
  await policy.setAdapter("default");
  await expect(policy.loadHead("default")).rejects.toThrow(DeviceLostError);
  await policy.restoreState(saved);
  await expect(policy.loadHead("default")).rejects.toThrow(/Store a head/);
  for (const model of [undisturbed, policy]) {
    await model.accumulate(batch, sft, 1);
    await model.applyAdamW(step);
  }
  const state = await policy.saveState();
  const expected = await undisturbed.saveState();
  for (const part of ["parameters", "firstMoments", "secondMoments"] as const)
    expect(flatten(state[part])).toEqual(flatten(expected[part]));
  const scores: Float32Array[] = [];
  for (const model of [undisturbed, policy]) {
    await model.setAdapter("reward");
    await model.storeHead("default");
    await model.loadHead("reward");
    scores.push(await model.scoreLastToken(batch));
    await model.setAdapter("default");
    await model.loadHead("default");
  }
  expect(scores[1]).toEqual(scores[0]);
  expect(flatten(await policy.readParameters())).toEqual(flatten(await undisturbed.readParameters()));
  engine.dispose();
});

const generation = {
  prompts: { ...batch, start: Int32Array.of(1, 0, 0, 2), end: new Int32Array(4).fill(6) },
  maxNewTokens: 4,
  sampling: { doSample: true, temperature: 1, topK: 0, topP: 1, repetitionPenalty: 1, seed: 1, step: 0, rowOffset: 0 },
  stopTokenIds: [],
  padTokenId: 0,
  tokensPerBlock: 1,
};
