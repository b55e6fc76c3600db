// Runs the engines' test files, which Node runs on the CPU engines, on WebGPU in the page.

import { expect, runTestFile, test } from "./webgpuTest";

for (const file of ["evaluate", "generate", "golden", "gradients", "lifecycle", "optimizer"])
  test(`engine/${file}`, async ({ webgpuPage }) => {
    expect(await runTestFile(webgpuPage, `/tests/engine/${file}.test.ts`)).toBeGreaterThan(0);
  });
