// Runs test files in the page: those of the engines, which Node runs on the CPU engines, and those that need WebGPU.

import { readdirSync } from "node:fs";
import { expect, runTestFile, test } from "./webgpuTest";

const ENGINE_TESTS = ["adapterLife", "adapters", "evaluate", "generate", "golden", "gradients", "lifecycle", "optimizer"].map(
  (name) => `engine/${name}.test.ts`,
);
const OWN_TESTS = readdirSync(new URL(".", import.meta.url)).filter((file) => file.endsWith(".test.ts"));

/** Those that run every kernel. */
const KERNEL_TESTS = ENGINE_TESTS.filter((file) => /evaluate|generate|gradients|optimizer/.test(file));

for (const file of [...ENGINE_TESTS, ...OWN_TESTS.map((name) => `webgpu/${name}`)])
  test(file, async ({ webgpuPage }) => {
    expect(await runTestFile(webgpuPage, `/tests/${file}`)).toBeGreaterThan(0);
  });

for (const file of KERNEL_TESTS)
  test(`${file} with the kernels of a graphics card`, async ({ webgpuPage }) => {
    await webgpuPage.evaluate(() => {
      window.likeGraphicsCard = true;
    });
    expect(await runTestFile(webgpuPage, `/tests/${file}`)).toBeGreaterThan(0);
  });
