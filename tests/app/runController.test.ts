// The controller against the real client and server with a run in memory: run, pause, steps, reset, options, failures.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FrameClock } from "../../app/run/frameBatch";
import { lingerOn } from "../../app/run/pace";
import { RunController } from "../../app/run/runController";
import type { RunState } from "../../app/run/runState";
import { createRunStore, type RunStore } from "../../app/run/runStore";
import { CheckpointError, ConfigError } from "../../src/errors";
import type { LabClient } from "../../src/worker/client";
import type { ControlPatch } from "../../src/worker/protocol";
import { type FakeLab, type FakeLabOptions, fakeLab } from "./fakeLab";

const IMMEDIATE: FrameClock = {
  now: () => 0,
  nextFrame: (callback) => void setTimeout(callback, 0),
  later: (callback) => void setTimeout(callback, 0),
};

let lab: FakeLab;
let store: RunStore;
let controller: RunController;

function make(options: FakeLabOptions = {}): void {
  lab = fakeLab(options);
  store = createRunStore();
  controller = new RunController({ store, connect: lab.connect, baseUrl: "http://localhost/", clock: IMMEDIATE, keeper: null });
}

beforeEach(() => make());
afterEach(() => lab.close());

/** Resolves with the first state that fits. */
function until(fits: (state: RunState) => boolean): Promise<RunState> {
  return new Promise((resolve) => {
    const check = (state: RunState): boolean => {
      if (!fits(state)) return false;
      resolve(state);
      return true;
    };
    if (check(store.getState())) return;
    const stop = store.subscribe((state) => check(state) && stop());
  });
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

describe("warming up", () => {
  it("takes the scenario's defaults from the worker and becomes ready", async () => {
    await controller.boot();
    expect(store.getState()).toMatchObject({ status: "ready", scenario: "reviews", opened: { engine: "wasm" } });
    expect(store.getState().config).toMatchObject({ maxSteps: 3, learningRate: 0.001, cliprange: 0.2 });
  });

  it("remembers a wish to run", async () => {
    const booting = controller.boot();
    controller.run();
    expect(store.getState()).toMatchObject({ status: "warming", goal: "run" });
    await booting;
    await until(({ status }) => status === "finished");
  });

  it("forgets the wish when paused", async () => {
    const booting = controller.boot();
    controller.run();
    controller.pause();
    await booting;
    await settled();
    expect(store.getState()).toMatchObject({ status: "ready", goal: null, points: [] });
  });

  it("shows why it failed, and a reset tries anew with a new worker", async () => {
    make({ openError: new CheckpointError("model.safetensors is damaged.") });
    await controller.boot();
    expect(store.getState()).toMatchObject({
      status: "failed",
      failure: { name: "CheckpointError", message: "model.safetensors is damaged." },
    });
    controller.run();
    expect(store.getState().status).toBe("failed");
    controller.reset();
    expect(store.getState()).toMatchObject({ status: "warming", failure: null });
    await until(({ status }) => status === "failed");
    expect(lab.counts.connected).toBe(2);
  });
});

describe("running", () => {
  beforeEach(() => controller.boot());

  it("runs to the end and keeps every step", async () => {
    controller.run();
    const state = await until(({ status }) => status === "finished");
    expect(state.points.map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(state.records.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(state).toMatchObject({ goal: null, position: { step: 2, done: 4 }, samples: { step: 2 } });
    expect(state.warnings).toEqual([{ kind: "negativeKl", count: 1, last: { kind: "negativeKl", step: 1, value: -2, limit: -1 } }]);
    await settled();
    expect(lab.counts).toMatchObject({ started: 1, disposed: 1 });
  });

  it("steps exactly one phase", async () => {
    const positions: unknown[] = [];
    for (let i = 0; i < 5; i++) {
      controller.stepPhase();
      const { position, samples } = await until(({ status }) => status === "paused");
      positions.push([position?.step, position?.done, samples?.step, samples?.scoring !== null]);
    }
    expect(positions).toEqual([
      [0, 1, 0, false],
      [0, 2, 0, true],
      [0, 3, 0, true],
      [0, 4, 0, true],
      [1, 1, 1, false],
    ]);
  });

  it("steps one token while tokens are written, then one phase at a time", async () => {
    const positions: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      controller.stepToken();
      const { position, live } = await until(({ status }) => status === "paused");
      positions.push([position?.step, position?.done, live?.growing.length]);
    }
    expect(positions).toEqual([
      [0, 0, 4],
      [0, 1, 0],
      [0, 2, 0],
      [0, 3, 0],
      [0, 4, 0],
      [1, 0, 4],
    ]);
  });

  it("steps one minibatch, and over the end of the step", async () => {
    controller.stepMinibatch();
    const first = await until(({ status }) => status === "paused");
    expect([first.position?.step, first.position?.done, first.live?.minibatches.length]).toEqual([0, 3, 1]);
    controller.stepMinibatch();
    expect((await until(({ status }) => status === "paused")).position).toMatchObject({ step: 0, done: 4 });
    controller.stepMinibatch();
    expect((await until(({ status }) => status === "paused")).position).toMatchObject({ step: 1, done: 3 });
  });

  it("in slow motion lingers on every event and asks for every token, until full speed ends the wait", async () => {
    const waits: number[] = [];
    const patches: ControlPatch[] = [];
    const watched = (): LabClient => {
      const client = lab.connect();
      const control = client.control.bind(client);
      client.control = (patch) => {
        patches.push(patch);
        control(patch);
      };
      return client;
    };
    // A wait ends only when something else ends it; updates of the page need none, because time flies between them.
    let time = 0;
    const still: FrameClock = {
      ...IMMEDIATE,
      now: () => (time += 1000),
      later: (_callback, milliseconds) => void waits.push(milliseconds),
    };
    controller = new RunController({ store, connect: watched, baseUrl: "http://localhost/", clock: still, keeper: null });
    await controller.boot();
    controller.setSpeed("slow");
    controller.run();
    await until(({ position }) => position !== null);
    await settled();
    expect(store.getState()).toMatchObject({ status: "running", position: { step: 0, done: 0 }, points: [] });
    expect(waits).toEqual([lingerOn("tokens", "slow")]);
    expect(patches).toContainEqual({ tokensPerBlock: 1, watchMinibatches: true });
    controller.setSpeed("medium");
    await until(({ position }) => position?.done === 1);
    expect(waits.at(-1)).toBe(lingerOn("rollout", "medium"));
    controller.setSpeed("full");
    expect((await until(({ status }) => status === "finished")).points.length).toBe(3);
    expect(patches.at(-1)).toEqual({ tokensPerBlock: Number.POSITIVE_INFINITY, watchMinibatches: false });
  });

  it("steps one PPO step, also from the middle of one", async () => {
    controller.stepPpo();
    expect((await until(({ status }) => status === "paused")).position).toMatchObject({ step: 0, done: 4 });
    controller.stepPhase();
    await until(({ status, position }) => status === "paused" && position?.step === 1);
    controller.stepPpo();
    expect((await until(({ status, position }) => status === "paused" && position?.done === 4)).position).toMatchObject({ step: 1 });
    expect(store.getState().points.length).toBe(2);
  });

  it("finishes by steps", async () => {
    for (const status of ["paused", "paused", "finished"] as const) {
      controller.stepPpo();
      await until((state) => state.status === status && state.goal === null);
    }
    expect(store.getState().points.length).toBe(3);
  });

  it("pauses: nothing further arrives", async () => {
    controller.stepPhase();
    await until(({ status }) => status === "paused");
    controller.run();
    controller.pause();
    expect(store.getState()).toMatchObject({ status: "paused", goal: null });
    await settled();
    const { position } = store.getState();
    await settled();
    expect(store.getState()).toMatchObject({ status: "paused", position, points: [] });
  });

  it("equals N single steps when it runs N", async () => {
    for (let i = 0; i < 3; i++) {
      controller.stepPpo();
      await until(({ goal }) => goal === null);
    }
    const stepped = store.getState().points;
    controller.reset();
    controller.run();
    await until(({ status }) => status === "finished");
    expect(store.getState().points).toEqual(stepped);
  });

  it("resets to a fresh run, also in mid-flight", async () => {
    controller.run();
    await until(({ position }) => position !== null);
    controller.reset();
    expect(store.getState()).toMatchObject({ status: "ready", position: null, points: [], records: [], samples: null, runConfig: null });
    await settled();
    expect(store.getState().position).toBeNull();
    controller.stepPpo();
    expect((await until(({ status }) => status === "paused")).position).toMatchObject({ step: 0, done: 4 });
    expect(lab.counts).toMatchObject({ connected: 1, started: 2, disposed: 1 });
  });

  it("runs again before the end of the run before has been answered", async () => {
    let stops = 0;
    const slow = (): LabClient => {
      const client = lab.connect();
      const stop = client.stop.bind(client);
      client.stop = async () => {
        await stop();
        if (stops++ > 0) return;
        // The answer to the first run's end comes when the second one has begun.
        await until(({ status }) => status === "finished");
        await until(({ status }) => status === "running");
      };
      return client;
    };
    controller = new RunController({ store, connect: slow, baseUrl: "http://localhost/", clock: IMMEDIATE, keeper: null });
    await controller.boot();
    controller.run();
    await until(({ status }) => status === "finished");
    controller.run();
    const { failure, points } = await until(({ status }) => status === "finished" || status === "failed");
    await settled();
    expect([failure, points.length, store.getState().status]).toEqual([null, 3, "finished"]);
  });

  it("runs again after the end", async () => {
    controller.run();
    await until(({ status }) => status === "finished");
    controller.run();
    await until(({ status }) => status === "running");
    await until(({ status }) => status === "finished");
    expect(lab.counts.started).toBe(2);
  });
});

describe("options", () => {
  beforeEach(() => controller.boot());

  it("that are live take effect at the next step and leave a marker there", async () => {
    controller.stepPhase();
    await until(({ status }) => status === "paused");
    controller.setOption("learningRate", 0.25);
    expect(store.getState()).toMatchObject({ config: { learningRate: 0.25 }, runConfig: { learningRate: 0.001 }, markers: [] });
    controller.run();
    const state = await until(({ status }) => status === "finished");
    expect(state.markers).toEqual([{ step: 2, changes: [{ field: "learningRate", from: 0.001, to: 0.25 }] }]);
    expect(state.points.map(({ stats }) => stats["ppo/learning_rate"])).toEqual([0.001, 0.25, 0.25]);
    expect(state.runConfig?.learningRate).toBe(0.25);
  });

  it("that were turned back before the step leave no marker", async () => {
    controller.stepPhase();
    await until(({ status }) => status === "paused");
    controller.setOption("learningRate", 0.25);
    controller.setOption("learningRate", 0.001);
    controller.run();
    expect((await until(({ status }) => status === "finished")).markers).toEqual([]);
  });

  it("that are not live wait for a reset", async () => {
    controller.stepPpo();
    await until(({ status }) => status === "paused");
    controller.setOption("maxSteps", 1);
    controller.run();
    expect((await until(({ status }) => status === "finished")).points.length).toBe(3);
    controller.run();
    await until(({ status }) => status === "running");
    expect((await until(({ status }) => status === "finished")).points.length).toBe(1);
  });

  it("come from a preset all at once; the seed stays", () => {
    controller.setOption("seed", 7);
    controller.setOption("cliprange", 0.5);
    controller.choosePreset({ id: "reference", values: { maxSteps: 3 } });
    expect(store.getState().config).toMatchObject({ seed: 7, cliprange: 0.2, learningRate: 5e-5, maxSteps: 3 });
  });

  it("survive another engine, which starts the lab anew", async () => {
    controller.setOption("cliprange", 0.5);
    controller.chooseEngine("tfjs-cpu");
    expect(store.getState().status).toBe("warming");
    await until(({ status }) => status === "ready");
    expect(store.getState()).toMatchObject({ opened: { engine: "tfjs-cpu" }, config: { cliprange: 0.5 } });
    expect(lab.counts.connected).toBe(2);
  });
});

describe("failures", () => {
  it("of the trainer stop the run, keep what was seen, and a reset starts anew", async () => {
    make({ failAt: 1 });
    await controller.boot();
    controller.run();
    const state = await until(({ status }) => status === "failed");
    expect(state.failure).toMatchObject({ name: "RangeError", message: "made to fail" });
    expect(state.points.length).toBe(1);
    controller.reset();
    await until(({ status }) => status === "ready");
    expect(store.getState()).toMatchObject({ failure: null, points: [] });
  });

  it("of the options leave the lab ready to try again", async () => {
    make({ startError: new ConfigError("cliprange must be more than 0.") });
    await controller.boot();
    controller.run();
    await until(({ failure }) => failure !== null);
    expect(store.getState()).toMatchObject({ status: "ready", goal: null, failure: { name: "ConfigError" } });
    controller.dismissFailure();
    expect(store.getState().failure).toBeNull();
  });

  it("of the worker itself are shown", async () => {
    let client: ReturnType<FakeLab["connect"]> | undefined;
    const connect = (): ReturnType<FakeLab["connect"]> => {
      client = lab.connect();
      return client;
    };
    controller = new RunController({ store, connect, baseUrl: "http://localhost/", clock: IMMEDIATE, keeper: null });
    await controller.boot();
    controller.run();
    client?.fail(Object.assign(new Error("gone"), { name: "WorkerCrashError" }));
    expect((await until(({ status }) => status === "failed")).failure).toMatchObject({ name: "WorkerCrashError", message: "gone" });
  });
});
