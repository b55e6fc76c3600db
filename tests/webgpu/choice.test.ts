// The choice of an engine with the real parts, on a machine whose only adapter is software.

import { expect, test } from "vitest";
import { chooseEngine } from "../../src/engine/select";
import { findAdapter } from "../../src/engine/webgpu/device";
import { frozen } from "../engine/driving";
import { paddedBatch, randomWeights, TINY } from "../engine/fixtures";
import { devices, PARTS } from "./pageAssets";

const onRecovery = (): void => {};

test("the adapter is known to be software", async () => {
  const adapter = await findAdapter();
  expect(adapter).toMatchObject({ software: true, name: expect.stringMatching(/swiftshader/i) });
});

test("by itself a software adapter is not chosen", async () => {
  const before = devices.length;
  const { engine, rejections } = await chooseEngine("auto", PARTS, { onProgress: () => {}, onRecovery });
  expect(engine.name).toBe("wasm");
  expect(rejections).toMatchObject([{ engine: "webgpu", kind: "softwareAdapter" }]);
  expect(devices.length).toBe(before);
  engine.dispose();
});

test.each(["webgpu", "tfjs-webgpu"] as const)("asked for, %s passes the self-test; kernels are compiled in sight", async (name) => {
  const progress: number[] = [];
  const { engine, rejections } = await chooseEngine(name, PARTS, { onProgress: (done, total) => progress.push(done / total), onRecovery });
  expect([engine.name, rejections]).toEqual([name, []]);
  expect(engine.adapter).toMatch(/swiftshader/i);
  if (name === "webgpu") {
    expect(progress.length).toBeGreaterThan(10);
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  }
  engine.dispose();
});

test("the device has all that the adapter offers", async () => {
  const found = await findAdapter();
  if (typeof found === "string") throw new Error(found);
  const { engine } = await chooseEngine("webgpu", PARTS, { onProgress: () => {}, onRecovery });
  const { limits } = devices.at(-1) as GPUDevice;
  for (const limit of ["maxStorageBufferBindingSize", "maxBufferSize", "maxStorageBuffersPerShaderStage"] as const)
    expect(limits[limit], limit).toBe(found.adapter.limits[limit]);
  engine.dispose();
});

test("an error of the device that no call reported fails the next call", async () => {
  const { engine } = await chooseEngine("webgpu", PARTS, { onProgress: () => {}, onRecovery });
  const model = await frozen(engine, TINY, randomWeights(TINY, 1));
  const batch = paddedBatch(TINY, 2);
  await model.scoreLastToken(batch);
  const device = devices.at(-1) as GPUDevice;
  device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
  await device.queue.onSubmittedWorkDone();
  await expect(model.scoreLastToken(batch)).rejects.toThrow(/GPUValidationError/);
  expect((await model.scoreLastToken(batch)).length).toBe(4);
  engine.dispose();
});
