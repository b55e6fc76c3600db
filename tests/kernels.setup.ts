// Compiles the kernels once before the tests of the wasm engine read them.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export function setup(): void {
  const script = fileURLToPath(new URL("../src/cli/kernels.mjs", import.meta.url));
  const { status } = spawnSync(process.execPath, [script], { stdio: "inherit" });
  if (status !== 0) throw new Error("The kernels did not compile; the compiler's messages are above.");
}
