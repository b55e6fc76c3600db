// What tests/engine/engines.ts is in Node, for the test page: the engines that are tested there.

import type { Engine } from "../../src/engine/engine";
import { findAdapter, openDevice } from "../../src/engine/webgpu/device";
import { createWebgpuEngine } from "../../src/engine/webgpu/engine";

export * from "../engine/driving";

async function createOnNewDevice(): Promise<Engine> {
  const adapter = await findAdapter();
  if (typeof adapter === "string") throw new Error(`expected a WebGPU adapter, got ${adapter}`);
  const gpu = await openDevice(adapter);
  gpu.device.onuncapturederror = ({ error }) => console.error(`uncaptured: ${error.message}`);
  return createWebgpuEngine(gpu);
}

/** By EngineName. */
export const ENGINES: readonly (readonly [string, () => Promise<Engine>])[] = [["webgpu", createOnNewDevice]];
