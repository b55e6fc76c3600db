// Links against the real controllers and a lab in memory: offered, never run, opened on a word, stopped at the sender's step.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ReplayController } from "../../../app/replay/replayController";
import type { FrameClock } from "../../../app/run/frameBatch";
import { RunController } from "../../../app/run/runController";
import type { RunState } from "../../../app/run/runState";
import { createRunStore, type RunStore } from "../../../app/run/runStore";
import { capture } from "../../../app/share/capture";
import { decodeHash, encodeHash } from "../../../app/share/codec";
import { fingerprintOf } from "../../../app/share/fingerprint";
import { LinkController } from "../../../app/share/linkController";
import { USUAL_STATE } from "../../../app/share/sharedFields";
import type { SharedState } from "../../../app/share/sharedState";
import { StepStop } from "../../../app/share/stepStop";
import { createViewStore, type ViewStore } from "../../../app/view/viewStore";
import { withDefaults } from "../../../src/config";
import { type FakeLab, fakeLab } from "../fakeLab";

const IMMEDIATE: FrameClock = {
  now: () => 0,
  nextFrame: (callback) => void setTimeout(callback, 0),
  later: (callback) => void setTimeout(callback, 0),
};
const OTHER = {
  id: "sums",
  about: { en: "sums", vi: "sums" },
  rewardModels: [],
  failures: [],
  defaults: { maxSteps: 4, learningRate: 0.01 },
  presets: [],
  promptCount: 100,
};

let lab: FakeLab;
let live: RunStore;
let view: ViewStore;
let controller: RunController;
let replay: ReplayController;
let links: LinkController;

beforeEach(async () => {
  lab = fakeLab({ scenarios: [OTHER] });
  live = createRunStore();
  view = createViewStore();
  const stop = new StepStop(null);
  controller = new RunController({ store: live, connect: lab.connect, baseUrl: "http://localhost/", clock: IMMEDIATE, keeper: stop });
  replay = new ReplayController({ live, view, clock: IMMEDIATE });
  links = new LinkController({ live, view, controller, replay, stop, baseUrl: "http://localhost/" });
  await controller.boot();
});
afterEach(() => lab.close());

async function until(fits: (state: RunState) => boolean): Promise<RunState> {
  await vi.waitUntil(() => fits(live.getState()), { interval: 2, timeout: 5000 });
  return live.getState();
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40));
const linkTo = (state: Partial<SharedState>): Promise<string> => encodeHash({ ...USUAL_STATE, ...state });
const read = () => capture({ live: live.getState(), view: view.getState(), showing: replay.state.getState().showing, path: null });

const SENT: Partial<SharedState> = {
  scenario: "sums",
  config: { seed: 9, cliprange: 0.3 },
  engine: "wasm",
  tab: "walkthrough",
  pinned: 1,
  phase: "update",
  row: 2,
  token: 1,
};

describe("taking a link in", () => {
  it("offers it and changes nothing", async () => {
    const before = { run: live.getState(), view: view.getState() };
    await links.take(await linkTo(SENT));
    await settled();
    expect(links.state.getState()).toMatchObject({ offer: SENT, opened: null, problem: null });
    expect({ run: live.getState(), view: view.getState() }).toEqual(before);
    expect(lab.counts).toMatchObject({ started: 0, connected: 1 });
  });

  it("leaves other hashes alone, and takes the newest of two", async () => {
    await links.take("#tab-panel");
    expect(links.state.getState().offer).toBeNull();
    const [first, second] = [await linkTo({ scenario: "sums" }), await linkTo({ scenario: "reviews" })];
    await Promise.all([links.take(first), links.take(second)]);
    expect(links.state.getState().offer?.scenario).toBe("reviews");
  });

  it("tells why a bad one is refused, and forgets it", async () => {
    await links.take("#v7.AAAA");
    expect(links.state.getState()).toMatchObject({ offer: null, problem: { kind: "version" } });
    links.dismiss();
    expect(links.state.getState().problem).toBeNull();
  });
});

describe("opening a link", () => {
  it("sets scenario, options, engine and view, starts nothing, and keeps the step for later", async () => {
    await links.take(await linkTo(SENT));
    links.open();
    await until(({ status }) => status === "ready");
    expect(live.getState()).toMatchObject({ scenario: "sums", engine: "wasm", runConfig: null, goal: null });
    expect(live.getState().config).toEqual(withDefaults({ ...OTHER.defaults, seed: 9, cliprange: 0.3 }));
    expect(view.getState()).toMatchObject({ tab: "walkthrough", pinned: null, phase: "update", row: 2, token: 1 });
    await settled();
    expect(lab.counts.started).toBe(0);
  });

  it("ends a run only then, and not for a link that is declined", async () => {
    controller.stepPpo();
    await until(({ status }) => status === "paused");
    await links.take(await linkTo({ scenario: "reviews", config: { seed: 9 } }));
    expect(live.getState().points).toHaveLength(1);
    links.dismiss();
    links.open();
    expect(live.getState().points).toHaveLength(1);
    await links.take(await linkTo({ scenario: "reviews", config: { seed: 9 } }));
    links.open();
    expect(live.getState()).toMatchObject({ points: [], status: "ready" });
    expect(live.getState().config.seed).toBe(9);
  });

  it("does nothing for a scenario that the lab does not have", async () => {
    await links.take(await linkTo({ scenario: "other", config: { seed: 9 } }));
    const before = live.getState();
    links.open();
    expect(live.getState()).toEqual(before);
  });

  it("takes back the leave for a reward server", async () => {
    controller.allowRewardServer({ origin: "http://127.0.0.1:8000", apiKey: "secret" });
    await links.take(await linkTo({ scenario: "reviews", config: { rewardModelType: "api", rewardModel: "http://127.0.0.1:8000/other" } }));
    links.open();
    expect(live.getState().allowedOrigin).toBeNull();
    controller.run();
    await settled();
    expect(lab.counts.started).toBe(0);
  });
});

describe("the sender's step", () => {
  it("is run to on request and stopped at, with what the sender looked at", async () => {
    await links.take(await linkTo(SENT));
    links.open();
    await until(({ status }) => status === "ready");
    links.runToStep();
    expect(links.state.getState().runningTo).toBe(1);
    await until(({ status }) => status === "paused");
    await settled();
    expect(live.getState()).toMatchObject({ status: "paused", goal: null, position: { step: 1, done: 4 } });
    expect(live.getState().points).toHaveLength(2);
    expect(view.getState()).toMatchObject({ pinned: 1, phase: "update", row: 2, token: 1 });
    expect(links.state.getState().runningTo).toBeNull();
    controller.run();
    await until(({ status }) => status === "finished");
    expect(live.getState().points).toHaveLength(4);
  });

  it("is forgotten when somebody pauses on the way", async () => {
    await links.take(await linkTo(SENT));
    links.open();
    await until(({ status }) => status === "ready");
    links.runToStep();
    controller.pause();
    expect(links.state.getState().runningTo).toBeNull();
    controller.run();
    await until(({ status }) => status === "finished");
    expect(live.getState().points).toHaveLength(4);
  });
});

describe("what the page sends", () => {
  it("is the settings before a run, and comes back as them", async () => {
    controller.setOptions({ cliprange: 0.3, seed: 5 });
    view.setState({ tab: "charts", metrics: ["lab/gold"] });
    const { state, notes } = read();
    expect(notes).toEqual([]);
    expect(state).toMatchObject({ scenario: "reviews", config: { cliprange: 0.3, seed: 5 }, tab: "charts", fingerprint: null });
    expect(Object.keys(state.config)).toHaveLength(2);
    expect(await decodeHash(await encodeHash(state))).toEqual(state);
  });

  it("is the run's start, its step and its fingerprint, and says what it leaves out", async () => {
    controller.stepPpo();
    const { records } = await until(({ status }) => status === "paused");
    expect(read().notes).toEqual([]);
    controller.setOptions({ cliprange: 0.4 });
    expect(read().notes).toEqual(["since"]);
    controller.stepPpo();
    await until(({ points, status }) => points.length === 2 && status === "paused");
    const { state, notes } = read();
    expect(notes).toEqual(["turned"]);
    expect(state).toMatchObject({ config: {}, pinned: 1, recording: null });
    expect(state.fingerprint).toEqual({ engine: "wasm", sum: fingerprintOf(records[0] as NonNullable<(typeof records)[0]>) });
  });
});
