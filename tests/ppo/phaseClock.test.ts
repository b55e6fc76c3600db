// Seconds of a step come from a clock that only goes forward, whatever happens to the computer's date.

import { afterEach, expect, it, vi } from "vitest";
import { PhaseClock } from "../../src/ppo/phaseClock";
import { train } from "../../src/ppo/trainer";
import { allEvents, disposeRun, tinyConfig, tinyRun, wasmEngine } from "./tinyRun";

afterEach(() => vi.useRealTimers());

it("measures the same whether the date jumps forward or back meanwhile", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const clock = new PhaseClock();
  for (const jump of [86_400_000, -2 * 86_400_000, 3_600_000])
    await clock.measure("rollout", () => {
      vi.setSystemTime(Date.now() + jump);
    });
  expect(clock.total()).toBeGreaterThanOrEqual(0);
  expect(clock.total()).toBeLessThan(10);
});

it("gives every step of a run sane seconds under a date that jumps with every event", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const engine = await wasmEngine();
  const inputs = await tinyRun(engine, { config: tinyConfig() });
  const events = await allEvents(
    (async function* () {
      for await (const event of train(inputs)) {
        vi.setSystemTime(Date.now() - 7_200_000);
        yield event;
      }
    })(),
  );
  const seconds = events.flatMap((event) => (event.phase === "step" ? Object.values(event.record.seconds) : []));
  expect(seconds.length).toBeGreaterThan(9);
  for (const value of seconds) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(60);
  }
  disposeRun(inputs);
  engine.dispose();
});
