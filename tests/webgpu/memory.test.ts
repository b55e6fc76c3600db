// The memory estimate against what a rollout, an evaluation and an update hold, and the counts that an update and a rollout cost.

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine, Parametrisation } from "../../src/engine/engine";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import { findAdapter, type Gpu, openDevice } from "../../src/engine/webgpu/device";
import { createWebgpuEngine } from "../../src/engine/webgpu/engine";
import { adapted, allLinear, randomTheta } from "../engine/adapterFixtures";
import { ppoHead, randomWeights } from "../engine/fixtures";

const config: LlamaConfig = {
  vocabSize: 512,
  hiddenSize: 96,
  intermediateSize: 256,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 24,
  maxPositionEmbeddings: 64,
  rmsNormEps: 1e-5,
  ropeTheta: 10000,
  ropeScaling: { kind: "none" },
  tieWordEmbeddings: true,
  attentionBias: false,
  mlpBias: false,
};
const [SEQ, PROMPT] = [32, 20];

const blocks = allLinear(config).map((name) => ({ name, blockSize: 32 }));
/** With the dispatches of an update: 59 when everything is trained; gradients that nothing needs are left out. */
const CASES: readonly (readonly [string, Parametrisation, number])[] = [
  ["full", { kind: "full" }, 59],
  ["freeze", { kind: "freeze", trained: allLinear(config).filter((name) => name.includes("layers.1.")) }, 40],
  ["lora", { kind: "lora", rank: 8, scale: 2, targets: allLinear(config) }, 54],
  ["oft, five terms", { kind: "oft", cayley: { kind: "neumann", terms: 5 }, targets: blocks }, 56],
  ["oft, exact", { kind: "oft", cayley: { kind: "exact" }, targets: blocks }, 57],
];

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

test.each(CASES)("%s: memory as estimated, dispatches and submits as counted", async (name, parametrisation, dispatches) => {
  // Adapters need their place whatever the batch.
  const BATCH = parametrisation.kind === "full" ? 16 : 4;
  const idle = engine.memoryInUse();
  const adaptedCase = { config, parametrisation };
  const model = await adapted(engine, adaptedCase, randomWeights(config, 1), randomTheta(adaptedCase, 2));
  const prompts = {
    batch: BATCH,
    seq: PROMPT,
    ids: new Int32Array(BATCH * PROMPT).map((_, i) => (i * 31) % config.vocabSize),
    start: new Int32Array(BATCH),
    end: new Int32Array(BATCH).fill(PROMPT),
  };
  const sampling = { doSample: true, temperature: 1, topK: 0, topP: 1, repetitionPenalty: 1, seed: 1, step: 0, rowOffset: 0 };
  const maxNewTokens = SEQ - PROMPT;
  const start = engine.counters();
  let caches = 0;
  for await (const { count } of model.generate({
    prompts,
    maxNewTokens,
    sampling,
    stopTokenIds: [],
    padTokenId: 0,
    tokensPerBlock: Number.POSITIVE_INFINITY,
  })) {
    expect(count).toBe(maxNewTokens);
    caches = engine.memoryInUse();
  }
  caches -= engine.memoryInUse();
  const rolled = engine.counters();
  expect(rolled.kernelCalls - start.kernelCalls).toBeLessThanOrEqual(20 * maxNewTokens);
  expect(rolled.submits - start.submits).toBeLessThanOrEqual(2);
  expect(rolled.readbacks - start.readbacks).toBe(1);

  const ids = new Int32Array(BATCH * SEQ).map((_, i) => (i * 7919) % config.vocabSize);
  const batch = { batch: BATCH, seq: SEQ, ids, start: new Int32Array(BATCH), end: new Int32Array(BATCH).fill(SEQ) };
  const columns = new Uint8Array(BATCH * (SEQ - 1)).fill(1);
  const { logprobs } = await model.evaluate({ batch, columns });
  const evaluated = engine.counters();
  expect(evaluated.readbacks - rolled.readbacks).toBe(1);
  const head = ppoHead({ ...batch, batch: BATCH }, logprobs, 2, { allColumns: true });
  for (let epoch = 0; epoch < 2; epoch++) {
    await model.accumulate(batch, head, 1);
    await model.applyAdamW({
      learningRate: 1e-4,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: { decay: 0, noDecay: 0 },
      maxGradNorm: 1,
      stepWhenSkipped: false,
    });
  }
  const updated = engine.counters();
  console.log(`${name}: ${(updated.kernelCalls - evaluated.kernelCalls) / 2} dispatches an update`);
  expect(updated.kernelCalls - evaluated.kernelCalls).toBe(2 * dispatches);
  expect(updated.submits - evaluated.submits).toBe(2);
  expect(updated.readbacks - evaluated.readbacks).toBe(0);
  expect((await model.readUpdates()).steps.map(({ outcome }) => outcome)).toEqual(["stepped", "stepped"]);

  const held = engine.memoryInUse() + caches - idle;
  const estimate = engine.estimateMemory({ config, trainable: parametrisation, batch: BATCH, seq: SEQ });
  console.log(`${name}: ${held} bytes held, ${estimate} estimated`);
  expect(estimate / held).toBeGreaterThan(0.8);
  expect(estimate / held).toBeLessThan(1.2);
  model.dispose();
});
