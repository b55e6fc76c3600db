// Every engine that runs in Node.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Engine } from "../../src/engine/engine";
import { createTfjsEngine } from "../../src/engine/tfjs/engine";
import { createWasmEngine } from "../../src/engine/wasm/engine";

const root = new URL("../../", import.meta.url);
const tfjsWasm = (file: string) => fileURLToPath(new URL(`node_modules/@tensorflow/tfjs-backend-wasm/dist/${file}`, root));
const WASM_PATHS = Object.fromEntries(
  ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm"].map((file) => [file, tfjsWasm(file)]),
);

/** By EngineName. The kernels are compiled before the tests. */
export const ENGINES: readonly (readonly [string, () => Promise<Engine>])[] = [
  ["wasm", () => createWasmEngine(readFileSync(new URL("build/kernels.wasm", root)))],
  ["tfjs-cpu", () => createTfjsEngine("cpu")],
  ["tfjs-wasm", () => createTfjsEngine("wasm", { wasmPaths: WASM_PATHS })],
];
