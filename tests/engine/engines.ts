// Every engine that runs in Node, and small helpers to drive one.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Engine, EngineModel, GenerateRequest, TokenBatch } from "../../src/engine/engine";
import type { NamedTensors } from "../../src/engine/layout";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import { createTfjsEngine } from "../../src/engine/tfjs/engine";
import { createWasmEngine } from "../../src/engine/wasm/engine";
import type { LossHead, LossResult } from "../../src/loss/lossHead";

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

export function trainable(engine: Engine, config: LlamaConfig, weights: NamedTensors): Promise<EngineModel> {
  return engine.createModel({ label: "policy", config, weights, trainable: { kind: "full" } });
}

export function frozen(engine: Engine, config: LlamaConfig, weights: NamedTensors): Promise<EngineModel> {
  return engine.createModel({ label: "reference", config, weights, trainable: null });
}

/** All new tokens of a generation, one array per row. */
export async function generateRows(model: EngineModel, request: GenerateRequest): Promise<number[][]> {
  const rows: number[][] = Array.from({ length: request.prompts.batch }, () => []);
  for await (const { count, tokens, first } of model.generate(request))
    for (const [row, all] of rows.entries()) {
      if (all.length !== first) throw new RangeError(`block starts at ${first}, expected ${all.length}`);
      all.push(...tokens.subarray(row * count, (row + 1) * count));
    }
  return rows;
}

/** One minibatch, and what its loss was. */
export async function accumulateOnce(model: EngineModel, batch: TokenBatch, head: LossHead, gradScale = 1): Promise<LossResult> {
  await model.accumulate(batch, head, gradScale);
  const { losses } = await model.readUpdates();
  if (losses.length !== 1) throw new RangeError(`expected one loss in the log, got ${losses.length}`);
  return losses[0] as LossResult;
}

/** All numbers of all tensors in one array, for bit-wise comparison. */
export function flatten(tensors: NamedTensors): number[] {
  return [...tensors.values()].flatMap(({ data }) => Array.from(data));
}

/** ||a - b|| / ||b|| */
export function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += ((a[i] as number) - (b[i] as number)) ** 2;
    norm += (b[i] as number) ** 2;
  }
  return Math.sqrt(difference / norm);
}
