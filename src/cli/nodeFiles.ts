// Files and engines for the command line: the shipped models under public/, compiled kernels, tfjs backends.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import type { Engine, EngineName } from "../engine/engine";
import { createEngine } from "../engine/select";
import type { ReadFile } from "../model/modelFolder";

/** Commands run in the repository root. */
const PUBLIC = "public";
export const KERNELS = join("build", "kernels.wasm");
const TFJS_WASM_FILES = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm"];

/** Engines that run without a browser. */
export const NODE_ENGINES = ["wasm", "tfjs-wasm", "tfjs-cpu"] as const satisfies readonly EngineName[];
export type NodeEngineName = (typeof NODE_ENGINES)[number];

/** Reads a file under public/, as the page fetches it. */
export const readPublicFile: ReadFile = (path) => readFile(join(PUBLIC, path));

/** Writes the files of a model folder under public/. */
export async function writePublicFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await mkdir(join(PUBLIC, folder), { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(PUBLIC, folder, name), bytes);
}

/** @throws EngineError when the engine cannot run here. */
export function createNodeEngine(name: NodeEngineName): Promise<Engine> {
  return createEngine(name, {
    readKernels: () => readFile(KERNELS),
    tfjsWasmPaths: () => {
      const folder = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json")) + sep;
      return Object.fromEntries(TFJS_WASM_FILES.map((file) => [file, join(folder, "dist", file)]));
    },
  });
}
