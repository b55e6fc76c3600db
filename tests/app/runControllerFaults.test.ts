// What interrupts a run and how it goes on: worker crash and hang, a reward server that fails, numbers that blow up, a browser offline,
// a kept run resumed. The controller against the real client and server with a run in memory.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FrameClock } from "../../app/run/frameBatch";
import { RunController } from "../../app/run/runController";
import type { ResumableRun, RunKeeper } from "../../app/run/runKeeper";
import type { RunState } from "../../app/run/runState";
import { createRunStore, type RunStore } from "../../app/run/runStore";
import { NonFiniteError, RewardApiError } from "../../src/errors";
import type { LabClient } from "../../src/worker/client";
import { RemoteError, type RunSnapshot } from "../../src/worker/protocol";
import { type FakeLab, type FakeLabOptions, fakeLab } from "./fakeLab";

const IMMEDIATE: FrameClock = {
  now: () => 0,
  nextFrame: (callback) => void setTimeout(callback, 0),
  later: (callback) => void setTimeout(callback, 0),
};
const SERVER = { rewardModelType: "api", rewardModel: "http://10.0.0.7:8000/v1/score/evaluation" } as const;
const STEPS = 14;

let lab: FakeLab;
let store: RunStore;
let controller: RunController;
let clients: LabClient[];

async function make(options: FakeLabOptions = {}, keeper: RunKeeper | null = null): Promise<void> {
  lab = fakeLab(options);
  store = createRunStore();
  clients = [];
  const connect = (): LabClient => {
    const client = lab.connect();
    clients.push(client);
    return client;
  };
  controller = new RunController({ store, connect, baseUrl: "http://localhost/", clock: IMMEDIATE, keeper });
  await controller.boot();
  controller.setOptions({ maxSteps: STEPS, learningRate: 0.001 });
}

beforeEach(() => make());
afterEach(() => {
  vi.unstubAllGlobals();
  lab.close();
});

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

async function stepTo(step: number): Promise<void> {
  while ((store.getState().points.at(-1)?.step ?? 0) < step) {
    controller.stepPpo();
    await until(({ goal }) => goal === null);
  }
}

const crash = (name = "WorkerCrashError"): void =>
  clients.at(-1)?.fail(new RemoteError({ name, message: "gone", stack: null, fields: {} }));

/** Points, records and markers of the same run undisturbed, with these knobs turned after these steps. */
async function undisturbed(turns: Readonly<Record<number, Partial<RunState["config"]>>>): Promise<Partial<RunState>> {
  await make();
  return finish(turns);
}

async function finish(turns: Readonly<Record<number, Partial<RunState["config"]>>> = {}): Promise<Partial<RunState>> {
  for (const [step, values] of Object.entries(turns)) {
    await stepTo(Number(step));
    controller.setOptions(values);
  }
  controller.run();
  const { points, records, markers, warnings, runConfig } = await until(({ status }) => status === "finished");
  return { points, records, markers, warnings, runConfig };
}

describe("a worker that is lost", () => {
  it("is started again by itself; the steps since the newest point are done again with their options and replace the old", async () => {
    const expected = await undisturbed({ 3: { learningRate: 0.5 }, 6: { cliprange: 0.1 }, 8: { learningRate: 0.25 } });
    await make();
    await stepTo(3);
    controller.setOptions({ learningRate: 0.5 });
    await stepTo(6);
    controller.setOptions({ cliprange: 0.1 });
    await stepTo(8);
    controller.setOptions({ learningRate: 0.25 });
    crash();
    controller.run();
    const { restart } = await until((state) => state.restart !== null);
    expect(restart).toEqual({ cause: "WorkerCrashError", stepsDone: 5 });
    expect(await finish()).toEqual(expected);
    expect(lab.counts).toMatchObject({ connected: 2, started: 2 });
    expect(lab.started.map(({ resume, config }) => [resume?.stepsDone ?? 0, config.learningRate])).toEqual([
      [0, 0.001],
      [5, 0.5],
    ]);
  });

  it("in the middle of a step, with a knob that had just taken effect, loses nothing either", async () => {
    const expected = await undisturbed({ 7: { learningRate: 0.5 } });
    await make();
    await stepTo(7);
    controller.setOptions({ learningRate: 0.5 });
    controller.stepPhase();
    await until(({ goal, position }) => goal === null && position?.step === 7);
    crash("WorkerHungError");
    expect(await finish()).toEqual(expected);
    expect(store.getState().restart?.cause).toBe("WorkerHungError");
  });

  it("before the first point is kept begins the run again under its first options", async () => {
    const expected = await undisturbed({ 2: { learningRate: 0.5 } });
    await make();
    await stepTo(2);
    controller.setOptions({ learningRate: 0.5 });
    await stepTo(3);
    crash();
    expect(await finish()).toEqual(expected);
    expect(lab.started.map(({ resume, config }) => [resume, config.learningRate])).toEqual([
      [null, 0.001],
      [null, 0.001],
    ]);
  });

  it("stays paused when it was lost in a single step", async () => {
    await stepTo(6);
    crash();
    controller.stepPpo();
    await until(({ status, restart }) => restart !== null && status === "paused");
    expect(store.getState()).toMatchObject({ position: { step: 4, done: 4 }, goal: null, failure: null });
    await stepTo(7);
  });

  it("a second time stops the run with an offer to go on", async () => {
    await stepTo(6);
    crash();
    controller.stepPpo();
    await until(({ status, restart }) => restart !== null && status === "paused");
    await stepTo(11);
    crash();
    controller.run();
    const { failure, points } = await until(({ status }) => status === "failed");
    expect(failure).toMatchObject({ name: "WorkerCrashError", wayBack: { stepsDone: 10, learningRate: null } });
    expect(points.length).toBe(11);
    controller.goOn();
    expect((await until(({ status }) => status === "finished")).points.map(({ step }) => step)).toEqual(
      Array.from({ length: STEPS }, (_, i) => i + 1),
    );
    expect(lab.counts.connected).toBe(3);
  });

  it("with a new run may be lost again", async () => {
    await stepTo(6);
    crash();
    controller.stepPpo();
    await until(({ status, restart }) => restart !== null && status === "paused");
    controller.reset();
    expect(store.getState().restart).toBeNull();
    await stepTo(6);
    crash();
    controller.stepPpo();
    await until(({ status, restart }) => restart !== null && status === "paused");
  });

  it("is told from one that works by its silence", async () => {
    let tick: () => void = () => {};
    const clock = { every: (callback: () => void) => ((tick = callback), () => {}) };
    await make({ watch: { limitMs: 60_000, clock } });
    await stepTo(6);
    const silent = clients.at(-1) as LabClient;
    silent.pull = () => {
      const answer = silent.snapshot();
      for (let i = 0; i < 12; i++) tick();
      return answer.then(() => ({ event: null, applied: null, engine: null }));
    };
    controller.run();
    expect((await until(({ restart }) => restart !== null)).restart).toEqual({ cause: "WorkerHungError", stepsDone: 5 });
    await until(({ status }) => status === "finished");
  });
});

describe("a reward server that fails", () => {
  const failsAt = (problem: RewardApiError["problem"], step: number, times: number): FakeLabOptions => {
    let left = times;
    return {
      beforeScores: (now) => {
        if (now === step && left-- > 0) throw new RewardApiError(problem, `no scores: ${problem}`);
      },
    };
  };
  const allowed = async (options: FakeLabOptions): Promise<void> => {
    await make(options);
    controller.setOptions(SERVER);
    controller.allowRewardServer({ origin: "http://10.0.0.7:8000", apiKey: null });
  };

  it("pauses the run before the step, which is undone; going on tries it again, and nothing is lost", async () => {
    await allowed(failsAt("status", 4, 2));
    controller.run();
    for (let i = 0; i < 2; i++) {
      const state = await until(({ failure }) => failure !== null);
      expect(state).toMatchObject({
        status: "paused",
        goal: null,
        position: { step: 3, done: 4 },
        live: { step: 3 },
        failure: { name: "RewardApiError", problem: "status", message: "no scores: status", wayBack: null },
      });
      expect(state.points.length).toBe(4);
      controller.goOn();
      expect(store.getState().failure).toBeNull();
    }
    expect((await until(({ status }) => status === "finished")).points.length).toBe(STEPS);
    expect(lab.counts).toMatchObject({ connected: 1, started: 1 });
  });

  it("keeps knobs that had taken effect with the step", async () => {
    await allowed(failsAt("timeout", 2, 1));
    await stepTo(2);
    controller.setOptions({ learningRate: 0.5 });
    controller.run();
    await until(({ failure }) => failure !== null);
    controller.run();
    const { markers, points } = await until(({ status }) => status === "finished");
    expect(markers).toEqual([{ step: 3, changes: [{ field: "learningRate", from: 0.001, to: 0.5 }] }]);
    expect(points.slice(1, 4).map(({ stats }) => stats["ppo/learning_rate"])).toEqual([0.001, 0.5, 0.5]);
  });

  it("is asked with a new key once it has one, and not at all when the leave was taken back", async () => {
    await allowed(failsAt("status", 3, 1));
    controller.run();
    await until(({ failure }) => failure !== null);
    controller.allowRewardServer({ origin: "http://10.0.0.7:8000", apiKey: "secret" });
    controller.stepPpo();
    await until(({ points, goal }) => points.length === 4 && goal === null);
    controller.allowRewardServer(null);
    controller.stepPpo();
    await until(({ points, goal }) => points.length === 5 && goal === null);
    expect(lab.started.map(({ api, resume }) => [api?.apiKey, resume?.stepsDone])).toEqual([
      [null, undefined],
      ["secret", 3],
      [undefined, 4],
    ]);
  });

  it("is not asked while the browser is offline, unless it is on this machine", async () => {
    vi.stubGlobal("navigator", { onLine: false });
    await allowed({});
    controller.run();
    const { failure, points } = await until((state) => state.failure !== null);
    expect(failure).toMatchObject({ name: "OfflineError" });
    expect([points.length, store.getState().status]).toEqual([0, "paused"]);
    vi.stubGlobal("navigator", { onLine: true });
    controller.goOn();
    await until(({ status }) => status === "finished");
    vi.stubGlobal("navigator", { onLine: false });
    await make();
    controller.setOptions({ ...SERVER, rewardModel: "http://127.0.0.1:8000/v1/score/evaluation" });
    controller.allowRewardServer({ origin: "http://127.0.0.1:8000", apiKey: null });
    controller.run();
    await until(({ status }) => status === "finished");
  });
});

describe("numbers that blow up", () => {
  it("offer the last good state and a lower learning rate; if that leads there again, an older state", async () => {
    const tooHigh = 0.0002;
    await make({
      beforeScores: (step, { learningRate }) => {
        if (step >= 7 && learningRate > tooHigh / 1000 && !(step > 7 && learningRate < tooHigh))
          throw new NonFiniteError("policy/embed", `PPO step ${step + 1}: NaN in policy/embed.`);
      },
    });
    controller.run();
    const first = await until(({ status }) => status === "failed");
    expect(first.failure).toMatchObject({
      name: "NonFiniteError",
      message: "PPO step 8: NaN in policy/embed.",
      wayBack: { stepsDone: 7, learningRate: 0.0001 },
    });
    controller.goOn();
    const second = await until(({ status }) => status === "failed");
    expect(second.failure?.wayBack).toEqual({ stepsDone: 5, learningRate: 0.0001 });
    expect(second.markers).toEqual([{ step: 8, changes: [{ field: "learningRate", from: 0.001, to: 0.0001 }] }]);
    controller.setOptions({ learningRate: 1e-8 });
    controller.goOn();
    expect(store.getState()).toMatchObject({ config: { learningRate: 0.0001 }, markers: [], position: { step: 4, done: 4 } });
    await until(({ status }) => status === "failed");
    expect(lab.counts.connected).toBe(1);
  });
});

describe("a kept run", () => {
  /** The run after so many steps as a keeper saw it. */
  async function kept(steps: number, turn?: number): Promise<{ run: ResumableRun; expected: Partial<RunState> }> {
    let run: ResumableRun | null = null;
    const keeper: RunKeeper = {
      stepDone: async (state, takeSnapshot) => {
        const snapshot: RunSnapshot | null = await takeSnapshot();
        const { scenario, engine, config, runConfig, info, points, records, markers, warnings } = state;
        if (points.length !== steps || snapshot === null || scenario === null || runConfig === null || info === null) return;
        const startConfig = { ...runConfig, learningRate: 0.001 };
        run = { scenario, engine, config, runConfig, startConfig, info, points, records, markers, warnings, snapshot };
      },
    };
    await make({}, keeper);
    const expected = await finish(turn === undefined ? {} : { [turn]: { learningRate: 0.5 } });
    if (run === null) throw new Error("the keeper never saw that step");
    return { run, expected };
  }

  it("is shown at once, paused at its snapshot, and ends like the run that was not interrupted", async () => {
    const { run, expected } = await kept(6, 2);
    await make();
    const resuming = controller.resume(run);
    expect(store.getState()).toMatchObject({
      status: "paused",
      config: run.config,
      runConfig: { learningRate: 0.5 },
      position: { step: 5, done: 4 },
      samples: { step: 5 },
    });
    await resuming;
    expect(lab.counts.started).toBe(0);
    expect(await finish()).toEqual(expected);
    expect(lab.started.map(({ resume, config }) => [resume?.stepsDone, config.learningRate])).toEqual([[6, 0.5]]);
  });

  it("that was seen beyond its snapshot does those steps again under their options; knobs turned meanwhile count after them", async () => {
    const { run, expected } = await kept(4, 6);
    const { points, records, markers, runConfig } = expected as RunState;
    await make();
    await controller.resume({ ...run, points: points.slice(0, 9), records: records.slice(0, 9), markers, runConfig: runConfig as never });
    expect(store.getState()).toMatchObject({ position: { step: 3 }, markers: [], runConfig: { learningRate: 0.001 } });
    controller.setOptions({ learningRate: 0.125 });
    const redone = await finish();
    expect(redone.points?.slice(0, 9)).toEqual(points.slice(0, 9));
    expect(redone.markers).toEqual([...markers, { step: 10, changes: [{ field: "learningRate", from: 0.5, to: 0.125 }] }]);
  });

  it("on another engine starts the lab anew, and takes options that are turned later", async () => {
    const { run } = await kept(3);
    await make();
    const resuming = controller.resume({ ...run, engine: "tfjs-cpu" });
    expect(store.getState()).toMatchObject({ status: "warming", engine: "tfjs-cpu", position: { step: 2 } });
    await resuming;
    expect(store.getState()).toMatchObject({ status: "paused", opened: { engine: "tfjs-cpu" } });
    controller.setOptions({ learningRate: 0.75 });
    const { points, markers } = await finish();
    expect(markers).toEqual([{ step: 4, changes: [{ field: "learningRate", from: 0.001, to: 0.75 }] }]);
    expect(points?.at(-1)?.stats["ppo/learning_rate"]).toBe(0.75);
  });

  it("can be resumed before the lab was ever open", async () => {
    const { run, expected } = await kept(3);
    lab = fakeLab();
    store = createRunStore();
    controller = new RunController({ store, connect: lab.connect, baseUrl: "http://localhost/", clock: IMMEDIATE, keeper: null });
    await controller.resume(run);
    expect(store.getState()).toMatchObject({ status: "paused", scenario: "reviews", config: { maxSteps: STEPS } });
    expect(await finish()).toEqual(expected);
  });

  it("whose snapshot is refused says why and offers no way back to it", async () => {
    const { run } = await kept(3);
    await make();
    await controller.resume({ ...run, snapshot: { ...run.snapshot, state: new Uint8Array(3) } });
    controller.run();
    const { failure, points } = await until(({ status }) => status === "failed");
    expect(failure).toMatchObject({ name: "CheckpointError", message: "ppo_lab_state.json is damaged.", wayBack: null });
    expect(points.length).toBe(3);
  });

  it("waits for its keeper after every step and may take a snapshot of each", async () => {
    const seen: [number, number | null, string][] = [];
    let busy = false;
    await make(
      {},
      {
        stepDone: async ({ points, status }, snapshot) => {
          expect(busy).toBe(false);
          busy = true;
          const taken = await snapshot();
          await new Promise((resolve) => setTimeout(resolve, 1));
          busy = false;
          seen.push([points.length, taken?.stepsDone ?? null, status]);
        },
      },
    );
    await finish();
    expect(seen).toEqual(Array.from({ length: STEPS }, (_, i) => [i + 1, i + 1, "running"]));
  });
});
