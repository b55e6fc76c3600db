// Signs of life: sent from the worker's work and while it waits, counted by the page in ticks, and a hang ends the client.

import { afterEach, describe, expect, it, vi } from "vitest";
import type { Engine } from "../../src/engine/engine";
import { LabClient } from "../../src/worker/client";
import type { FromWorker } from "../../src/worker/protocol";
import { beatingEngine, Pulse } from "../../src/worker/pulse";
import { SilenceWatch } from "../../src/worker/silenceWatch";

afterEach(() => vi.useRealTimers());

describe("the watch", () => {
  function watch(limitMs = 60_000) {
    let tick: (() => void) | null = null;
    let every = 0;
    let silences = 0;
    const clock = {
      every: (callback: () => void, milliseconds: number) => {
        [tick, every] = [callback, milliseconds];
        return () => (tick = null);
      },
    };
    const made = new SilenceWatch(clock, limitMs, () => silences++);
    const pass = (ticks: number): void => {
      for (let i = 0; i < ticks; i++) tick?.();
    };
    return { made, pass, silences: () => silences, on: () => tick !== null, every: () => every };
  }

  it("tells silence once, after the limit in ticks, and only while it is on", () => {
    const { made, pass, silences, on, every } = watch();
    pass(100);
    expect(silences()).toBe(0);
    made.start();
    expect(every()).toBe(5000);
    pass(11);
    expect(silences()).toBe(0);
    pass(1);
    expect([silences(), on()]).toEqual([1, false]);
    pass(100);
    expect(silences()).toBe(1);
  });

  it("begins anew with everything heard and with every new start", () => {
    const { made, pass, silences } = watch();
    made.start();
    pass(11);
    made.heard();
    pass(11);
    made.start();
    pass(0);
    made.stop();
    made.start();
    pass(11);
    expect(silences()).toBe(0);
    pass(1);
    expect(silences()).toBe(1);
  });

  it("counts a sleep of the page, or a clock set forward or back, as one tick", () => {
    vi.useFakeTimers();
    let silences = 0;
    const clock = {
      every: (callback: () => void, milliseconds: number) => {
        const timer = setInterval(callback, milliseconds);
        return () => clearInterval(timer);
      },
    };
    new SilenceWatch(clock, 60_000, () => silences++).start();
    vi.setSystemTime(Date.now() + 86_400_000);
    vi.advanceTimersByTime(55_000);
    vi.setSystemTime(0);
    expect(silences).toBe(0);
    vi.advanceTimersByTime(5000);
    expect(silences).toBe(1);
  });
});

/** A client whose worker does what the test says. */
function silentClient() {
  let tick: () => void = () => {};
  let ended = 0;
  const port = { postMessage: () => {}, onmessage: null as ((event: MessageEvent<FromWorker>) => void) | null };
  const clock = { every: (callback: () => void) => ((tick = callback), () => (tick = () => {})) };
  const client = new LabClient(port, () => ended++, { limitMs: 60_000, clock });
  const say = (data: FromWorker): void => port.onmessage?.({ data } as MessageEvent<FromWorker>);
  return { client, say, pass: (ticks: number) => Array.from({ length: ticks }, () => tick()), ended: () => ended };
}

describe("a client", () => {
  it("whose worker hangs ends it and says so to everybody who waits", async () => {
    const { client, pass, ended } = silentClient();
    const pull = client.pull();
    pass(12);
    await expect(pull).rejects.toMatchObject({ name: "WorkerHungError", message: expect.stringContaining("60 s") });
    expect(ended()).toBe(1);
    await expect(client.stop()).rejects.toMatchObject({ name: "WorkerHungError" });
  });

  it("waits as long as the worker beats, and not at all when nothing is owed", async () => {
    const { client, say, pass, ended } = silentClient();
    pass(100);
    const pull = client.pull();
    for (let i = 0; i < 20; i++) {
      pass(11);
      say({ kind: "beat" });
    }
    say({ kind: "answer", id: 1, value: { event: null, applied: null, engine: null } });
    expect((await pull).event).toBeNull();
    pass(100);
    expect(ended()).toBe(0);
  });
});

describe("the pulse", () => {
  it("beats with every call of the engine and its models, at most every half second", async () => {
    let beats = 0;
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const pulse = new Pulse(() => beats++);
    const model = { evaluate: async () => "evaluated", config: 7 };
    const engine = beatingEngine({ name: "wasm", createModel: async () => model, counters: () => "counted" } as unknown as Engine, pulse);
    expect(engine.name).toBe("wasm");
    const made = await engine.createModel({} as never);
    expect([beats, made.config]).toEqual([1, 7]);
    for (now = 0; now < 2000; now += 100) expect(await made.evaluate({} as never)).toBe("evaluated");
    expect(engine.counters()).toBe("counted");
    expect(beats).toBe(5);
    vi.restoreAllMocks();
  });

  it("beats while the work waits, until it is done or has failed", async () => {
    vi.useFakeTimers();
    let beats = 0;
    const pulse = new Pulse(() => beats++);
    const work = pulse.during(() => new Promise((_, reject) => setTimeout(() => reject(new Error("over")), 3000)));
    const ended = expect(work).rejects.toThrow("over");
    await vi.advanceTimersByTimeAsync(3000);
    await ended;
    const counted = beats;
    expect(counted).toBeGreaterThanOrEqual(5);
    await vi.advanceTimersByTimeAsync(3000);
    expect(beats).toBe(counted);
  });
});
