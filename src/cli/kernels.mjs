// Compiles the AssemblyScript kernels of the wasm engine to build/kernels.wasm when their sources are newer.

import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isUpToDate } from "./freshness.mjs";
import { fail, ROOT, runToStderr } from "./install.mjs";

const SOURCES = join(ROOT, "src", "engine", "wasm", "kernels");
const ENTRY = join(SOURCES, "index.ts");
const FLAGS = ["-O3", "--runtime", "stub", "--enable", "simd", "--noAssert", "--importMemory"];

/** Where the compiled kernels lie. */
export const KERNELS = join(ROOT, "build", "kernels.wasm");

/** Brings build/kernels.wasm up to date; ends the process with a clear sentence when the sources do not compile. */
export function buildKernels() {
  if (!existsSync(ENTRY)) fail(`The kernel sources are missing: expected ${ENTRY}. Restore the file from the repository.`);
  const compiler = join(ROOT, "node_modules", "assemblyscript", "bin", "asc.js");
  if (isUpToDate(KERNELS, [SOURCES, fileURLToPath(import.meta.url)])) return;
  mkdirSync(join(ROOT, "build"), { recursive: true });
  // Written beside its place and moved, so that a reader in another process never sees half a file.
  const partial = `${KERNELS}.${process.pid}`;
  const status = runToStderr(process.execPath, [compiler, ENTRY, "-o", partial, ...FLAGS]);
  if (status !== 0) {
    rmSync(partial, { force: true });
    fail("The kernels did not compile; the compiler's messages are above.");
  }
  renameSync(partial, KERNELS);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildKernels();
