// tfjs computes on the very buffer that the WebGPU engine trains: one zero-copy tensor, taken apart there.

import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import type { AdamWStep, Parametrisation } from "../../src/engine/engine";
import { sizeOf } from "../../src/engine/layout";
import { packingOf } from "../../src/engine/packing";
import { evaluateColumns } from "../../src/engine/tfjs/evaluate";
import type { Weights } from "../../src/engine/tfjs/llama";
import { TfjsRuntime } from "../../src/engine/tfjs/runtime";
import { findAdapter, openDevice } from "../../src/engine/webgpu/device";
import { createWebgpuEngine } from "../../src/engine/webgpu/engine";
import { adapted, allLinear, randomTheta } from "../engine/adapterFixtures";
import { MODELS, paddedBatch, randomWeights, responseMask } from "../engine/fixtures";

const config = MODELS["tied embeddings, biases, linear rope"] as NonNullable<(typeof MODELS)[string]>;
const weights = randomWeights(config, 91);
const batch = paddedBatch(config, 92);
const columns = Uint8Array.from(responseMask(batch));
const step: AdamWStep = {
  learningRate: 1e-2,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: { decay: 0, noDecay: 0 },
  maxGradNorm: 1,
  stepWhenSkipped: false,
};

/** Every parameter in its Hugging Face shape, gathered from the flat block. */
function weightsIn(flat: tf.Tensor1D): Weights {
  return new Map(
    packingOf(config).placements.map(({ name, shape, base, stride, rows, cols }) => {
      const index = Int32Array.from({ length: sizeOf(shape) }, (_, i) => {
        const [row, column] = [rows[Math.floor(i / cols.length)] as number, cols[i % cols.length] as number];
        return base + row * stride + column;
      });
      return [name, tf.tidy(() => tf.reshape(tf.gather(flat, tf.tensor1d(index, "int32")), [...shape]))];
    }),
  );
}

const PARAMETRISATIONS: readonly Parametrisation[] = [{ kind: "full" }, { kind: "lora", rank: 2, scale: 2, targets: allLinear(config) }];

test("after every optimizer step both engines see the same effective weights, without a copy", async () => {
  const adapter = await findAdapter();
  if (typeof adapter === "string") throw new Error(adapter);
  const gpu = await openDevice(adapter);
  let effective: GPUBuffer | null = null;
  const createBuffer = gpu.device.createBuffer.bind(gpu.device);
  gpu.device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    if (descriptor.label === "parameters") effective = buffer;
    return buffer;
  };
  const engine = await createWebgpuEngine(gpu);
  const runtime = await TfjsRuntime.start("webgpu", { gpu });
  for (const parametrisation of PARAMETRISATIONS) {
    const adaptedCase = { config, parametrisation };
    const model = await adapted(engine, adaptedCase, weights, randomTheta(adaptedCase, 93));
    if (!effective) throw new Error("expected a buffer labelled parameters, got none");
    const flat = tf.tensor<tf.Rank.R1>({ buffer: effective, zeroCopy: true }, [packingOf(config).size], "float32");

    const seen: Float32Array[] = [];
    for (let k = 0; k < 3; k++) {
      const own = await model.evaluate({ batch, columns });
      const taken = weightsIn(flat);
      const shared = await evaluateColumns({ runtime, config, weights: taken, tokens: batch }, { batch, columns });
      for (const tensor of taken.values()) tensor.dispose();
      for (const [i, logprob] of own.logprobs.entries()) expect(Math.abs(logprob - (shared.logprobs[i] as number))).toBeLessThan(1e-5);
      for (const [i, value] of own.values.entries()) expect(Math.abs(value - (shared.values[i] as number))).toBeLessThan(1e-5);
      seen.push(shared.logprobs);
      await model.accumulate(batch, { kind: "sft", mask: responseMask(batch) }, 1);
      await model.applyAdamW(step);
      await model.readUpdates();
    }
    expect(seen[0]).not.toEqual(seen[1]);
    expect(seen[1]).not.toEqual(seen[2]);
    flat.dispose();
    model.dispose();
  }
  engine.dispose();
  expect(gpu.health.takeError()).toBeNull();
  gpu.release();
});
