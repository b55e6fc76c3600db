// The start-up probe: the fastest repetition counts, and nothing is left behind.

import { expect, test } from "vitest";
import { probe } from "../../src/engine/probe";
import { wasmEngine } from "./lossyEngine";

test("the fastest of the repetitions that begin within 40 ms, after one to warm up", async () => {
  const engine = await wasmEngine();
  const ticks = [0, 30, 37, 75].values();
  expect(await probe(engine, () => ticks.next().value ?? Number.NaN)).toBe(7);
  expect(ticks.next().done).toBe(true);
  expect(engine.memoryInUse()).toBe(0);
  engine.dispose();
});
