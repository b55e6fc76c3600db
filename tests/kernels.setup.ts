// Compiles the kernels once before the tests of the wasm engine read them.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

export function setup(): void {
  if (!existsSync(`${root}src/engine/wasm/kernels/index.ts`)) return;
  const result = spawnSync(process.execPath, ["src/cli/kernels.mjs"], { cwd: root, stdio: "inherit" });
  if (result.status !== 0) throw new Error("The kernels did not compile; the compiler's messages are above.");
}
