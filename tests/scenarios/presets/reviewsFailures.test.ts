// The failure presets of `reviews` really fail, each in the way it says, against its healthy twin.

import { expect, it } from "vitest";
import { inspectRun } from "../../../src/gates/inspection";
import { parseLabArguments } from "../../../src/cli/labArguments";
import { createNodeEngine, readPublicFile } from "../../../src/cli/nodeFiles";
import { after, presetRun, RUN_TIMEOUT_MS } from "./presetRuns";

const SEED = 11;

it("kl-off: proxy beats the twin's while grammar collapses", { timeout: RUN_TIMEOUT_MS }, async () => {
  const [failing, twin] = [await presetRun("kl-off", "failing", SEED), await presetRun("kl-off", "twin", SEED)];
  expect(failing.proxyAfter).toBeGreaterThanOrEqual(twin.proxyAfter);
  expect(after(failing, "grammatical")).toBeLessThan(0.5);
  expect(after(twin, "grammatical")).toBeGreaterThan(0.8);
});

it("learning-rate: gold ends far below the twin's", { timeout: RUN_TIMEOUT_MS }, async () => {
  const [failing, twin] = [await presetRun("learning-rate", "failing", SEED), await presetRun("learning-rate", "twin", SEED)];
  expect(failing.heldoutGoldAfter).toBeLessThanOrEqual(twin.heldoutGoldAfter - 0.2);
});

it("ppo-epochs: gold ends far below the twin's, most tokens are clipped", { timeout: RUN_TIMEOUT_MS }, async () => {
  const [failing, twin] = [await presetRun("ppo-epochs", "failing", SEED), await presetRun("ppo-epochs", "twin", SEED)];
  expect(failing.heldoutGoldAfter).toBeLessThanOrEqual(twin.heldoutGoldAfter - 0.2);
  expect(failing.clipfracMean).toBeGreaterThan(0.3);
  expect(twin.clipfracMean).toBeLessThan(0.1);
});

it("vocabulary-mismatch: the gate stops it; forced, scores do not follow gold", { timeout: RUN_TIMEOUT_MS }, async () => {
  const given = parseLabArguments(["train", "--preset", "vocabulary-mismatch", "--set", "allowVocabularyMismatch=false"]);
  if (given === "help") throw new Error("expected a command");
  const engine = await createNodeEngine("wasm");
  const reports = await inspectRun({
    scenario: given.scenario,
    config: given.config,
    engine,
    readFile: readPublicFile,
    memoryLimitBytes: 2 ** 32,
  });
  engine.dispose();
  expect(reports.find(({ id }) => id === "vocabulary")).toMatchObject({ verdict: "stop" });

  const [failing, twin] = [await presetRun("vocabulary-mismatch", "failing", SEED), await presetRun("vocabulary-mismatch", "twin", SEED)];
  expect(Math.abs(failing.proxyGoldCorrelation ?? Number.NaN)).toBeLessThan(0.2);
  expect(twin.proxyGoldCorrelation).toBeGreaterThan(0.5);
  expect(failing.heldoutGoldAfter).toBeLessThan(twin.heldoutGoldAfter - 0.2);
});

it("sampling-mismatch: KL stays below -0.3 for ten steps", { timeout: RUN_TIMEOUT_MS }, async () => {
  const [failing, twin] = [await presetRun("sampling-mismatch", "failing", SEED), await presetRun("sampling-mismatch", "twin", SEED)];
  expect(failing.series.kl.filter((kl) => kl < -0.3).length).toBeGreaterThanOrEqual(10);
  expect(Math.min(...twin.series.kl)).toBeGreaterThan(-0.3);
});

it("tiny-batch: after as many steps gold has hardly moved", { timeout: RUN_TIMEOUT_MS }, async () => {
  const [failing, twin] = [await presetRun("tiny-batch", "failing", SEED), await presetRun("tiny-batch", "twin", SEED)];
  expect(failing.heldoutGoldAfter).toBeLessThanOrEqual(twin.heldoutGoldAfter - 0.2);
});
