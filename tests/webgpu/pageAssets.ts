// What engines are made of, as the test page finds it on its server.

import { readFileSync } from "node:fs";
import { type EngineAssets, type EngineParts, engineParts } from "../../src/engine/select";

const assets: EngineAssets = {
  readKernels: async () => readFileSync(new URL("/build/kernels.wasm", location.href)),
  tfjsWasmPaths: () => ({}),
};

/** The real engines. */
export const PARTS: EngineParts = engineParts(assets);

/** Every device that was asked for, oldest first. */
export const devices: GPUDevice[] = [];

const requestDevice: (this: GPUAdapter, ...args: Parameters<GPUAdapter["requestDevice"]>) => Promise<GPUDevice> = Reflect.get(
  GPUAdapter.prototype,
  "requestDevice",
);
GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, ...args) {
  const device = await requestDevice.apply(this, args);
  devices.push(device);
  return device;
};
