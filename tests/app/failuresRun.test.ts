// The controller's part in checks and experiments, against the real client and server: scenarios, sides, gates, leave for a server.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FrameClock } from "../../app/run/frameBatch";
import { RunController } from "../../app/run/runController";
import type { RunState } from "../../app/run/runState";
import { createRunStore, type RunStore } from "../../app/run/runStore";
import { batchGate } from "../../src/gates/batchGate";
import type { ScenarioInfo } from "../../src/worker/protocol";
import { type FakeLab, fakeLab } from "./fakeLab";

const IMMEDIATE: FrameClock = {
  now: () => 0,
  nextFrame: (callback) => void setTimeout(callback, 0),
  later: (callback) => void setTimeout(callback, 0),
};
const text = { en: "x", vi: "x" };
const SUMS: ScenarioInfo = {
  id: "sums",
  about: text,
  rewardModels: [{ id: "answer", type: "rule", note: text }],
  failures: [
    {
      id: "hot",
      scenario: "sums",
      title: text,
      symptom: text,
      remedy: text,
      values: { learningRate: 0.5, maxSteps: 2 },
      twin: { maxSteps: 2 },
    },
  ],
  defaults: { rewardModelType: "rule", learningRate: 0.25 },
  presets: [],
  promptCount: 100,
};

let lab: FakeLab;
let store: RunStore;
let controller: RunController;

beforeEach(async () => {
  lab = fakeLab({ scenarios: [SUMS], inspect: async (config) => [batchGate(config, 100)] });
  store = createRunStore();
  controller = new RunController({ store, connect: lab.connect, baseUrl: "http://localhost/", clock: IMMEDIATE, keeper: null });
  await controller.boot();
});
afterEach(() => lab.close());

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

it("another scenario brings its defaults, keeps the seed, and starts the lab anew", async () => {
  controller.setOption("seed", 7);
  controller.stepPpo();
  await until(({ status }) => status === "paused");
  controller.chooseScenario("sums");
  expect(store.getState()).toMatchObject({ scenario: "sums", status: "warming", points: [], runConfig: null });
  const state = await until(({ status }) => status === "ready");
  expect(state.config).toMatchObject({ rewardModelType: "rule", learningRate: 0.25, seed: 7 });
  expect(lab.counts.connected).toBe(2);
  controller.chooseScenario("unheard of");
  expect(store.getState()).toMatchObject({ scenario: "sums", status: "ready" });
});

describe("an experiment", () => {
  it("runs on its scenario with its options; both sides are kept for comparison", async () => {
    controller.runExperiment({ preset: "hot", side: "values" });
    const first = await until(({ status }) => status === "finished");
    expect(first).toMatchObject({ scenario: "sums", experiment: { preset: "hot", side: "values" }, snapshots: [] });
    expect(lab.started[0]?.config).toMatchObject({ learningRate: 0.5, maxSteps: 2, rewardModelType: "rule" });
    controller.runExperiment({ preset: "hot", side: "twin" });
    const second = await until(({ status, experiment }) => status === "finished" && experiment?.side === "twin");
    expect(lab.started[1]?.config).toMatchObject({ learningRate: 0.25, maxSteps: 2 });
    expect(lab.counts.connected).toBe(2);
    expect(second.snapshots).toMatchObject([{ preset: "hot", side: "values", totalSteps: 2, turned: false }]);
    expect(second.snapshots[0]?.points).toEqual(first.points);
    controller.reset();
    expect(store.getState().snapshots.map(({ side }) => side)).toEqual(["values", "twin"]);
  });

  it("is the visitor's own run once the options are changed before it starts again", async () => {
    controller.runExperiment({ preset: "hot", side: "twin" });
    await until(({ status }) => status === "finished");
    controller.setOption("cliprange", 0.5);
    controller.run();
    await until(({ status, runConfig }) => status === "finished" && runConfig?.cliprange === 0.5);
    expect(store.getState()).toMatchObject({ experiment: null, snapshots: [{ side: "twin" }] });
  });
});

describe("the gates", () => {
  it("tell about the options as they are, and keep a run that cannot work from starting", async () => {
    await controller.inspect();
    expect(store.getState().checks).toMatchObject({ problem: null, reports: [{ id: "batch", verdict: "warn" }] });
    controller.setOption("ppoBufferSize", 200);
    await controller.inspect();
    expect(store.getState().checks?.reports[0]?.verdict).toBe("stop");
    controller.run();
    controller.stepPhase();
    await settled();
    expect(store.getState()).toMatchObject({ status: "ready", goal: null });
    expect(lab.counts.started).toBe(0);
    controller.setOption("ppoBufferSize", 4);
    controller.run();
    await until(({ status }) => status === "finished");
  });
});

describe("a reward server", () => {
  const ADDRESS = "http://127.0.0.1:8000/v1/score/evaluation";

  it("is not asked without leave, then with leave and key, which the state never holds", async () => {
    controller.setOptions({ rewardModelType: "api", rewardModel: ADDRESS });
    controller.run();
    await settled();
    expect(lab.counts.started).toBe(0);
    controller.allowRewardServer({ origin: "http://127.0.0.1:8000", apiKey: "a secret" });
    controller.stepPpo();
    const state = await until(({ status }) => status === "paused");
    expect(lab.started[0]?.api).toEqual({ origin: "http://127.0.0.1:8000", apiKey: "a secret" });
    expect(JSON.stringify(state)).not.toContain("a secret");
    expect(state.allowedOrigin).toBe("http://127.0.0.1:8000");
  });

  it("gets no leave along with another reward, and none after it was taken back", async () => {
    controller.allowRewardServer({ origin: "http://127.0.0.1:8000", apiKey: null });
    controller.stepPpo();
    await until(({ status }) => status === "paused");
    expect(lab.started[0]?.api).toBeNull();
    controller.reset();
    controller.setOptions({ rewardModelType: "api", rewardModel: ADDRESS });
    controller.allowRewardServer(null);
    controller.run();
    await settled();
    expect(lab.counts.started).toBe(1);
  });
});
