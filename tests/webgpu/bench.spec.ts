// The bench as people run it: its JSON, the counts that the engine must reach, and the lead over tfjs on the same device.

import { expect, test } from "@playwright/test";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { BenchResult } from "../../src/cli/benchWebgpuPage";

test("bench:webgpu prints one JSON object, within 50 s", async () => {
  const script = fileURLToPath(new URL("../../src/cli/benchWebgpu.mjs", import.meta.url));
  const start = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--json", "--adapter", "swiftshader"]);
  expect(performance.now() - start).toBeLessThan(50_000);
  const { adapter, size, engines, ratios } = JSON.parse(stdout) as BenchResult;
  expect(adapter).toMatch(/swiftshader/i);
  expect(size.numHiddenLayers).toBe(2);
  const { webgpu, tfjs } = engines;
  expect(webgpu.dispatchesPerUpdate).toBeLessThanOrEqual(60);
  expect(webgpu.submitsPerUpdate).toBe(1);
  expect(webgpu.dispatchesPerToken).toBeLessThanOrEqual(20);
  expect(webgpu.submitsPerRollout).toBeLessThanOrEqual(2);
  expect(webgpu.readbacksPerRollout).toBe(1);
  expect(tfjs.dispatchesPerUpdate).toBeGreaterThan(10 * webgpu.dispatchesPerUpdate);
  expect(ratios.update).toBeGreaterThan(8);
  expect(ratios.rollout).toBeGreaterThan(8);
  expect(ratios.update).toBeCloseTo(tfjs.updateMs / webgpu.updateMs, 6);
});

test("an adapter or size that does not exist is refused with the choices", async () => {
  const script = fileURLToPath(new URL("../../src/cli/benchWebgpu.mjs", import.meta.url));
  for (const wrong of [
    ["--adapter", "abacus"],
    ["--size", "huge"],
    ["--colour", "red"],
  ]) {
    const failed = promisify(execFile)(process.execPath, [script, ...wrong]);
    await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/expected|Known options/) });
  }
});
