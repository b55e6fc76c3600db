// What tests/engine/engines.ts is in Node, for the test page: the engines that are tested there.

import type { Engine } from "../../src/engine/engine";
import { findAdapter, openDevice } from "../../src/engine/webgpu/device";
import { createWebgpuEngine } from "../../src/engine/webgpu/engine";
import type { Tuning } from "../../src/engine/webgpu/network";

export * from "../engine/driving";

declare global {
  interface Window {
    /** Use the kernels that a graphics card would get, at every size, and small slices. */
    likeGraphicsCard?: boolean;
  }
}

const GRAPHICS_CARD: Partial<Tuning> = {
  sharedTileFrom: 0,
  sharedTileRows: 0,
  splitFrom: 0,
  gradientTile: "register",
  rowSharing: "together",
  logitsBytes: 500,
  sliceTokens: 15,
};

async function createOnNewDevice(): Promise<Engine> {
  const adapter = await findAdapter();
  if (typeof adapter === "string") throw new Error(`expected a WebGPU adapter, got ${adapter}`);
  const gpu = await openDevice(adapter);
  gpu.device.onuncapturederror = ({ error }) => console.error(`uncaptured: ${error.message}`);
  return createWebgpuEngine(gpu, undefined, window.likeGraphicsCard ? GRAPHICS_CARD : {});
}

/** By EngineName. */
export const ENGINES: readonly (readonly [string, () => Promise<Engine>])[] = [["webgpu", createOnNewDevice]];
