// No GPU buffer is left behind by 100 PPO steps.

import { expect, test } from "vitest";
import { findAdapter, openDevice } from "../../src/engine/webgpu/device";
import { createWebgpuEngine } from "../../src/engine/webgpu/engine";
import { train } from "../../src/ppo/trainer";
import { disposeRun, tinyConfig, tinyRun } from "../ppo/tinyRun";

test("100 steps hold as many buffers and bytes as the first, and dispose frees all", async () => {
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
  const held = () => ({ buffers: living.size, bytes: [...living.values()].reduce((sum, bytes) => sum + bytes, 0) });

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
