// Recorded runs of the reference, replayed on WebGPU.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ReadFile } from "../../src/model/modelFolder";
import { readRecordedRun } from "../../src/ppo/recordedRun";
import { replayRun } from "../../src/ppo/replay";
import { ENGINES } from "../engine/engines";

const folder =
  (name: string): ReadFile =>
  async (file) =>
    readFileSync(new URL(`/tests/golden/runs/${name}/${file}`, location.href));

for (const [engineName, create] of ENGINES)
  test.each(["full", "ragged", "lora"])(`the recorded run %s is met on ${engineName}`, async (name) => {
    const engine = await create();
    const idle = engine.memoryInUse();
    const report = await replayRun(await readRecordedRun(folder(name)), engine);
    console.log(name, JSON.stringify(report));
    expect(report.problems).toEqual([]);
    expect(report.steps).toBe(2);
    expect(report.weights.stepsCompared).toBe(2);
    expect(report.statistics.multiple).toBeGreaterThan(0);
    expect(report.statistics.multiple).toBeLessThan(0.5);
    expect(report.scores).toBeLessThan(1e-5);
    expect(report.weights.p999).toBeLessThan(1e-4);
    expect(engine.memoryInUse()).toBe(idle);
    engine.dispose();
  });
