// A PPO run during which the device is lost: the step is done again, and the run ends as if nothing had happened.

import { expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine";
import { DeviceLostError } from "../../src/errors";
import { train } from "../../src/ppo/trainer";
import { flatten } from "../engine/driving";
import { LossyDevice, recoveringEngine, wasmEngine } from "../engine/lossyEngine";
import { allEvents, records, tinyRun } from "./tinyRun";

async function run(engine: Engine) {
  const inputs = await tinyRun(engine);
  const events = await allEvents(train(inputs));
  const parameters = flatten(await inputs.policy.readParameters());
  engine.dispose();
  return { records: records(events), parameters };
}

const undisturbed = await run(await wasmEngine());
const calls = await (async () => {
  const device = new LossyDevice();
  await run((await recoveringEngine([device])).engine);
  return device.calls;
})();

test("the run makes enough calls for the tests below", () => {
  expect(calls).toBeGreaterThan(30);
});

// The first calls are the snapshot at the start, the last one is the test's own.
test.each(Array.from({ length: 11 }, (_, i) => 2 + i * Math.floor((calls - 3) / 10)))("lost in call %i", async (loseAt) => {
  const device = new LossyDevice();
  device.loseAt = loseAt;
  const { engine, recoveries } = await recoveringEngine([device, new LossyDevice()]);
  expect(await run(engine)).toEqual(undisturbed);
  expect(recoveries.map(({ engine: name }) => name)).toEqual(["webgpu"]);
});

test("lost twice, in two steps: the CPU ends the run", async () => {
  const devices = [new LossyDevice(), new LossyDevice()] as const;
  devices[0].loseAt = Math.floor(calls / 4);
  devices[1].loseAt = Math.floor(calls / 3);
  const { engine, recoveries } = await recoveringEngine(devices);
  expect(await run(engine)).toEqual(undisturbed);
  expect(recoveries.map(({ engine: name }) => name)).toEqual(["webgpu", "wasm"]);
});

test("lost again and again, the run ends with the loss", async () => {
  const devices = Array.from({ length: 9 }, () => {
    const device = new LossyDevice();
    device.loseAt = 4;
    return device;
  });
  const { engine } = await recoveringEngine(devices);
  await expect(run(engine)).rejects.toThrow(DeviceLostError);
});
