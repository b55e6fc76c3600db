// No GPU buffer is left behind by 100 PPO steps, nor by updates of adapters.

import { expect, test } from "vitest";
import { type AdamWStep, DEFAULT_ADAPTER, type OftParametrisation, type Parametrisation } from "../../src/engine/engine";
import { layerName } from "../../src/engine/layout";
import { findAdapter, openDevice } from "../../src/engine/webgpu/device";
import { createWebgpuEngine } from "../../src/engine/webgpu/engine";
import { train } from "../../src/ppo/trainer";
import { adapted, allLinear, randomTheta } from "../engine/adapterFixtures";
import { paddedBatch, randomWeights, responseMask, TINY } from "../engine/fixtures";
import { disposeRun, tinyConfig, tinyRun } from "../ppo/tinyRun";

const step: AdamWStep = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: { decay: 0, noDecay: 0 },
  maxGradNorm: 1,
  stepWhenSkipped: false,
};

/** A device that knows which of its buffers live. */
async function countingDevice() {
  const adapter = await findAdapter();
  if (typeof adapter === "string") throw new Error(adapter);
  const gpu = await openDevice(adapter);
  const living = new Map<GPUBuffer, number>();
  const createBuffer = gpu.device.createBuffer.bind(gpu.device);
  gpu.device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    living.set(buffer, descriptor.size);
    buffer.destroy = () => {
      living.delete(buffer);
      return destroy();
    };
    return buffer;
  };
  return { gpu, held: () => ({ buffers: living.size, bytes: [...living.values()].reduce((sum, bytes) => sum + bytes, 0) }) };
}

test("100 steps hold as many buffers and bytes as the first, and dispose frees all", async () => {
  const { gpu, held } = await countingDevice();
  const engine = await createWebgpuEngine(gpu);
  const idle = held();
  const config = tinyConfig({ maxSteps: 100, maxNewTokens: 3, ppoEpochs: 1, ppoBufferSize: 1 });
  const run = await tinyRun(engine, { config });
  const after: ReturnType<typeof held>[] = [];
  for await (const event of train(run)) if (event.phase === "step") after.push(held());
  expect(after.length).toBe(100);
  // The longest rows have come by the middle: workspaces grow to them once.
  expect(after[99]).toEqual(after[49]);
  expect(after[99]?.buffers).toBe(after[1]?.buffers);
  disposeRun(run);
  // Arenas of the command stream may have grown; there are as many of them.
  expect(held().buffers).toBe(idle.buffers);
  engine.dispose();
  expect(held()).toEqual({ buffers: 0, bytes: 0 });
  expect(gpu.health.takeError()).toBeNull();
  gpu.release();
});

const reward: OftParametrisation = {
  kind: "oft",
  cayley: { kind: "exact" },
  targets: [{ name: layerName(0, "mlp.down_proj.weight"), blockSize: 6 }],
};
const PARAMETRISATIONS: readonly Parametrisation[] = [
  { kind: "freeze", trained: [layerName(0, "mlp.up_proj.weight")] },
  { kind: "lora", rank: 2, scale: 2, targets: allLinear(TINY) },
  { ...reward, cayley: { kind: "neumann", terms: 5 } },
];

test("20 updates with swapped adapters and heads hold as much as the first, and dispose frees all", async () => {
  const { gpu, held } = await countingDevice();
  const engine = await createWebgpuEngine(gpu);
  const idle = held();
  const batch = paddedBatch(TINY, 54);
  for (const parametrisation of PARAMETRISATIONS) {
    const adaptedCase = { config: TINY, parametrisation };
    const model = await adapted(engine, adaptedCase, randomWeights(TINY, 51), randomTheta(adaptedCase, 52));
    const swaps = parametrisation.kind !== "freeze";
    if (swaps) await model.addAdapter("reward", reward, randomTheta({ config: TINY, parametrisation: reward }, 53));
    await model.createHeadBuffer("reward", null);
    const after: ReturnType<typeof held>[] = [];
    for (let k = 0; k < 20; k++) {
      await model.loadHead("reward");
      if (swaps) await model.setAdapter("reward");
      await model.scoreLastToken(batch);
      if (swaps) await model.setAdapter(DEFAULT_ADAPTER);
      await model.accumulate(batch, { kind: "sft", mask: responseMask(batch) }, 1);
      await model.applyAdamW(step);
      await model.restoreState(await model.saveState());
      await model.readUpdates();
      after.push(held());
    }
    expect(after[19]).toEqual(after[1]);
    model.dispose();
    expect(held().buffers).toBe(idle.buffers);
  }
  engine.dispose();
  expect(held()).toEqual({ buffers: 0, bytes: 0 });
  expect(gpu.health.takeError()).toBeNull();
  gpu.release();
});
