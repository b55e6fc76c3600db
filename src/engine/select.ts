// From an engine's name to an engine, loading only what that engine needs.

import type { Engine, EngineName } from "./engine";
import { createWasmEngine } from "./wasm/engine";

/** Files an engine is made of; the caller knows where they are (a bundler's addresses in the browser, paths in Node). */
export interface EngineAssets {
  /** Our compiled kernels, `build/kernels.wasm`. */
  readonly readKernels: () => Promise<BufferSource>;
  /** tfjs's three .wasm files: address or path by file name. */
  readonly tfjsWasmPaths: () => Readonly<Record<string, string>>;
}

/** @throws EngineError when the engine cannot run here. */
export async function createEngine(name: EngineName, assets: EngineAssets): Promise<Engine> {
  if (name === "wasm") return createWasmEngine(await assets.readKernels());
  const { createTfjsEngine } = await import("./tfjs/engine");
  switch (name) {
    case "tfjs-webgpu":
      return createTfjsEngine("webgpu");
    case "tfjs-wasm":
      return createTfjsEngine("wasm", { wasmPaths: assets.tfjsWasmPaths() });
    case "tfjs-cpu":
      return createTfjsEngine("cpu");
  }
}
