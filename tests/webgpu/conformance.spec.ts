// Runs test files in the page: those of the engines, which Node runs on the CPU engines, and those that need WebGPU.

import { readdirSync } from "node:fs";
import { expect, runTestFile, test } from "./webgpuTest";

const ENGINE_TESTS = ["evaluate", "generate", "golden", "gradients", "lifecycle", "optimizer"].map((name) => `engine/${name}.test.ts`);
const OWN_TESTS = readdirSync(new URL(".", import.meta.url)).filter((file) => file.endsWith(".test.ts"));

for (const file of [...ENGINE_TESTS, ...OWN_TESTS.map((name) => `webgpu/${name}`)])
  test(file, async ({ webgpuPage }) => {
    expect(await runTestFile(webgpuPage, `/tests/${file}`)).toBeGreaterThan(0);
  });
