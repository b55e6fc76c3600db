// PPO runs whose device is destroyed or whose GPU process dies in the middle of a step.

import { expect, test } from "vitest";
import { chooseEngine } from "../../src/engine/select";
import type { Recovery } from "../../src/engine/recoveringEngine";
import { train } from "../../src/ppo/trainer";
import type { PhaseEvent } from "../../src/records";
import { flatten } from "../engine/driving";
import { records, tinyConfig, tinyRun } from "../ppo/tinyRun";
import { devices, PARTS } from "./pageAssets";

declare global {
  interface Window {
    /** Ends the browser's GPU process. */
    crashGpuProcess?: () => Promise<void>;
  }
}

/** A run of three steps on the engine that was asked for; `disturb` sees every event before the next is pulled. */
async function run(disturb: (event: PhaseEvent) => Promise<void> | void) {
  const recoveries: Recovery[] = [];
  const options = { onProgress: () => {}, onRecovery: (recovery: Recovery) => recoveries.push(recovery) };
  const { engine } = await chooseEngine("webgpu", PARTS, options);
  expect(engine.name).toBe("webgpu");
  const inputs = await tinyRun(engine, { config: tinyConfig() });
  const events: PhaseEvent[] = [];
  for await (const event of train(inputs)) {
    events.push(event);
    await disturb(event);
  }
  const parameters = flatten(await inputs.policy.readParameters());
  const { name } = engine;
  engine.dispose();
  return { name, recoveries: recoveries.map((recovery) => recovery.engine), records: records(events), parameters };
}

const destroy = (): void => devices.at(-1)?.destroy();
const undisturbed = run(() => {});

test("undisturbed, there is nothing to recover", async () => {
  const { name, recoveries, records: steps } = await undisturbed;
  expect([name, recoveries, steps.length]).toEqual(["webgpu", [], 3]);
});

test.each(["rollout", "minibatch", "step"] as const)(
  "device destroyed after the event %s: the run ends as if nothing had happened",
  async (phase) => {
    const expected = await undisturbed;
    let done = false;
    const disturbed = await run((event) => {
      if (done || event.step !== 1 || event.phase !== phase) return;
      done = true;
      destroy();
    });
    expect(done).toBe(true);
    expect(disturbed.recoveries).toEqual(["webgpu"]);
    expect(disturbed.records).toEqual(expected.records);
    expect(disturbed.parameters).toEqual(expected.parameters);
  },
);

test("device destroyed while a call is under way", async () => {
  const expected = await undisturbed;
  let done = false;
  const disturbed = await run((event) => {
    if (done || event.phase !== "advantages") return;
    done = true;
    setTimeout(destroy, 5);
  });
  expect(disturbed.recoveries).toEqual(["webgpu"]);
  expect(disturbed.parameters).toEqual(expected.parameters);
});

test("destroyed twice: the CPU ends the run", async () => {
  const expected = await undisturbed;
  const disturbed = await run((event) => {
    if (event.phase === "rollout" && event.step < 2) destroy();
  });
  expect(disturbed.recoveries).toEqual(["webgpu", "wasm"]);
  expect(disturbed.name).toBe("wasm");
  expect(disturbed.records.map(({ step }) => step)).toEqual([0, 1, 2]);
  expect(disturbed.records[0]?.responses).toEqual(expected.records[0]?.responses);
});

test("the GPU process dies: the run goes on", async () => {
  const expected = await undisturbed;
  let done = false;
  const disturbed = await run(async (event) => {
    if (done || event.step !== 1 || event.phase !== "score") return;
    done = true;
    await window.crashGpuProcess?.();
  });
  expect(done).toBe(true);
  expect(disturbed.recoveries.length).toBe(1);
  expect(disturbed.records.map(({ step }) => step)).toEqual([0, 1, 2]);
  expect(disturbed.records[1]?.responses).toEqual(expected.records[1]?.responses);
  expect(disturbed.parameters.every(Number.isFinite)).toBe(true);
});
