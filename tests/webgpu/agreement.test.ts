// WebGPU against the other engines at a size where tiles are full: tokens, gradients, and weights after a few PPO steps.

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import { createTfjsEngine } from "../../src/engine/tfjs/engine";
import { createWasmEngine } from "../../src/engine/wasm/engine";
import { findAdapter, type Gpu, openDevice } from "../../src/engine/webgpu/device";
import { createWebgpuEngine } from "../../src/engine/webgpu/engine";
import { readFileSync } from "node:fs";
import { accumulateOnce, frozen, generateRows, relativeDistance, trainable } from "../engine/driving";
import { lossHeads, MODELS, paddedBatch, randomWeights } from "../engine/fixtures";

const config: LlamaConfig = {
  ...(MODELS["odd sizes, grouped queries"] as LlamaConfig),
  vocabSize: 80,
  hiddenSize: 64,
  intermediateSize: 96,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 16,
  ropeTheta: 10000,
};
const weights = randomWeights(config, 81);
const batch = paddedBatch(config, 82, 20);

let gpu: Gpu;
let webgpu: Engine;
let tfjs: Engine;
let wasm: Engine;
beforeAll(async () => {
  const adapter = await findAdapter();
  if (typeof adapter === "string") throw new Error(adapter);
  gpu = await openDevice(adapter);
  webgpu = await createWebgpuEngine(gpu);
  tfjs = await createTfjsEngine("webgpu", { gpu });
  wasm = await createWasmEngine(readFileSync(new URL("/build/kernels.wasm", location.href)));
});
afterAll(() => {
  for (const engine of [webgpu, tfjs, wasm]) engine.dispose();
  expect(gpu.health.takeError()).toBeNull();
  gpu.release();
});

const { logprobs } = await (async () => {
  const engine = await createWasmEngine(readFileSync(new URL("/build/kernels.wasm", location.href)));
  const model = await frozen(engine, config, weights);
  const evaluation = await model.evaluate({ batch, columns: new Uint8Array(4 * 19).fill(1) });
  engine.dispose();
  return evaluation;
})();

test.each(Object.entries(lossHeads(batch, logprobs, 83)))("gradients under %s equal those of tfjs on the same device", async (_, head) => {
  const [own, other] = await Promise.all(
    [webgpu, tfjs].map(async (engine) => {
      const model = await trainable(engine, config, weights);
      const loss = await accumulateOnce(model, batch, head);
      const gradients = await model.readGradients();
      model.dispose();
      return { loss, gradients };
    }),
  );
  expect(own?.loss.kind).toBe(other?.loss.kind);
  for (const [name, { data }] of other?.gradients ?? []) {
    if (data.every((g) => g === 0)) continue;
    expect(relativeDistance(own?.gradients.get(name)?.data ?? [], data), name).toBeLessThan(1e-4);
  }
});

test.each([
  ["plain", {}],
  ["temperature, top-k, top-p, repetition penalty", { temperature: 0.8, topK: 30, topP: 0.9, repetitionPenalty: 1.2 }],
  ["greedy", { doSample: false }],
])("tokens equal those of wasm: %s", async (_, sampling) => {
  const prompts = { ...batch, start: Int32Array.of(3, 0, 7, 19), end: new Int32Array(4).fill(20) };
  const request = {
    prompts,
    maxNewTokens: 40,
    sampling: { doSample: true, temperature: 1, topK: 0, topP: 1, repetitionPenalty: 1, seed: 5, step: 2, rowOffset: 0, ...sampling },
    stopTokenIds: [1],
    padTokenId: 0,
    tokensPerBlock: Number.POSITIVE_INFINITY,
  };
  const [own, other] = await Promise.all(
    [webgpu, wasm].map(async (engine) => {
      const model = await frozen(engine, config, weights);
      const rows = await generateRows(model, request);
      model.dispose();
      return rows;
    }),
  );
  // A draw may differ only where two candidates are within rounding; the row goes its own way from there.
  const different = (own ?? []).filter((row, i) => row.join() !== other?.[i]?.join()).length;
  expect(different).toBeLessThanOrEqual(1);
  expect(own?.[0]?.length).toBe(other?.[0]?.length);
});
