// A number that is not finite, in whichever tensor, never gets past the optimizer.

import { afterAll, beforeAll, expect, test } from "vitest";
import type { AdamWStep, Engine } from "../../src/engine/engine";
import { EMBED_TOKENS, parameterSpecs, type NamedTensor } from "../../src/engine/layout";
import { findAdapter, type Gpu, openDevice } from "../../src/engine/webgpu/device";
import { createWebgpuEngine } from "../../src/engine/webgpu/engine";
import { trainable } from "../engine/driving";
import { paddedBatch, ppoHead, randomWeights, TINY } from "../engine/fixtures";

let gpu: Gpu;
let engine: Engine;
beforeAll(async () => {
  const adapter = await findAdapter();
  if (typeof adapter === "string") throw new Error(adapter);
  gpu = await openDevice(adapter);
  engine = await createWebgpuEngine(gpu);
});
afterAll(() => {
  engine.dispose();
  gpu.release();
});

const step: AdamWStep = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: { decay: 0.1, noDecay: 0 },
  maxGradNorm: 1,
  stepWhenSkipped: false,
};
const batch = paddedBatch(TINY, 61);
const head = ppoHead(batch, new Float32Array(20).fill(-2.5), 62);
const cases = parameterSpecs(TINY).flatMap(({ name }) => [Number.NaN, Number.POSITIVE_INFINITY].map((bad) => [name, bad] as const));

test.each(cases)("%s holding %d", async (name, bad) => {
  const weights = randomWeights(TINY, 60);
  // Of the embedding, a row that the batch uses.
  const at = name === EMBED_TOKENS ? (batch.ids[1 * batch.seq + 1] as number) * TINY.hiddenSize : 0;
  (weights.get(name) as NamedTensor).data[at] = bad;
  const model = await trainable(engine, TINY, weights);
  await model.accumulate(batch, head, 1);
  await model.applyAdamW(step);
  const { steps } = await model.readUpdates();
  expect(steps[0]?.outcome).toBe("nonFinite");
  expect(steps[0]?.nonFinite).not.toBeNull();
  expect(await model.readParameters()).toEqual(weights);
  expect((await model.saveState()).optimizerSteps).toBe(0);
  model.dispose();
});
