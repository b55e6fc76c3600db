// The failure presets of the other scenarios really fail, each in the way it says, against its healthy twin.

import { expect, it } from "vitest";
import { presetRun, RUN_TIMEOUT_MS } from "./presetRuns";

const SEED = 11;

it("length-hack: proxy and length climb together, gold stays behind", { timeout: RUN_TIMEOUT_MS }, async () => {
  const [failing, twin] = [await presetRun("length-hack", "failing", SEED), await presetRun("length-hack", "twin", SEED)];
  expect(failing.proxyAfter).toBeGreaterThan(failing.proxyBefore + 0.5);
  expect(failing.meanLength.after).toBeGreaterThan(1.3 * failing.meanLength.before);
  expect(twin.meanLength.after).toBeLessThan(1.1 * twin.meanLength.before);
  expect(failing.heldoutGoldAfter).toBeLessThanOrEqual(twin.heldoutGoldAfter - 0.2);
});

it("format-only: proxy reaches its ceiling, gold stays behind", { timeout: RUN_TIMEOUT_MS }, async () => {
  const [failing, twin] = [await presetRun("format-only", "failing", SEED), await presetRun("format-only", "twin", SEED)];
  const { proxy } = failing.series;
  const [first = Number.NaN] = proxy;
  const last = proxy.slice(-5).reduce((sum, value) => sum + value, 0) / 5;
  expect(last - first).toBeGreaterThanOrEqual(0.95 * (Math.max(...proxy) - first));
  expect(failing.heldoutGoldAfter).toBeLessThanOrEqual(twin.heldoutGoldAfter - 0.2);
});

it("template-mismatch: the same weights lose under another template", { timeout: RUN_TIMEOUT_MS }, async () => {
  const { heldoutGoldAfter, evalTemplateGold } = await presetRun("template-mismatch", "failing", SEED);
  expect(evalTemplateGold?.after).toBeLessThanOrEqual(heldoutGoldAfter - 0.2);
});

it("no-critic: the value head leaves the least variance, no baseline the most", { timeout: RUN_TIMEOUT_MS }, async () => {
  const { advantageVariance } = await presetRun("no-critic", "twin", SEED);
  expect(advantageVariance.valueHead).toBeLessThan(advantageVariance.batchMean);
  expect(advantageVariance.batchMean).toBeLessThan(advantageVariance.none);
});
