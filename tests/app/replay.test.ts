// Recordings on the page: opened over the live run, scrubbed, played and stepped, closed again; what cannot be opened is told.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { recordingAddress } from "../../app/replay/fetchRecording";
import { nextMinibatch, nextPhase, nextStep } from "../../app/replay/playback";
import { ReplayController } from "../../app/replay/replayController";
import type { FrameClock } from "../../app/run/frameBatch";
import { createRunStore, type RunStore } from "../../app/run/runStore";
import { createViewStore, type ViewStore } from "../../app/view/viewStore";
import { writeReplay } from "../../src/interop/replayFile";
import type { StepRecord } from "../../src/records";
import { replayMeta, stepRecord } from "../interop/replayFixture";

const SHAPE = { seed: 1, batch: 3, longestQuery: 2, longestResponse: 3, minibatchSize: 2, epochs: 1, gold: true, evaluated: false };
const STEPS = 5;

/** A clock whose waits end when told. */
let waits: (() => void)[];
const clock: FrameClock = {
  now: () => performance.now(),
  nextFrame: (callback) => callback(),
  later: (callback, milliseconds) => (milliseconds === 0 ? void setTimeout(callback, 0) : void waits.push(callback)),
};
const passTime = (): void => waits.splice(0).forEach((end) => end());

let live: RunStore;
let view: ViewStore;
let replay: ReplayController;
let file: Uint8Array<ArrayBuffer>;
const records = (count: number): StepRecord[] =>
  Array.from({ length: count }, (_, step) => stepRecord(step, { ...SHAPE, detailRows: step % 2 === 0 ? 2 : 0 }));

beforeEach(async () => {
  waits = [];
  live = createRunStore();
  view = createViewStore();
  replay = new ReplayController({ live, view, clock });
  file = await writeReplay(replayMeta(STEPS), records(STEPS), { rows: 2, detailRows: 1 });
});
afterEach(() => vi.unstubAllGlobals());

const opened = (bytes: Uint8Array<ArrayBuffer> = file): Promise<void> => replay.openFile(new File([bytes], "mine.ppolab"));
const step = (): number | undefined => replay.shown.getState().position?.step;

describe("an opened recording", () => {
  beforeEach(() => opened());

  it("shows all its steps through the run's state, the last one first", () => {
    const shown = replay.shown.getState();
    expect(shown).toMatchObject({
      source: { kind: "recording", name: "mine.ppolab", loading: false, atEnd: true },
      status: "paused",
      goal: null,
    });
    expect(shown.points.map((point) => point.step)).toEqual([1, 2, 3, 4, 5]);
    expect(shown.records.length).toBe(STEPS);
    expect(shown.runConfig).toEqual(replayMeta(STEPS).config);
    expect(shown.samples?.step).toBe(4);
    expect(replay.state.getState().showing?.recording?.end).toEqual({ kind: "whole" });
  });

  it("follows the step looked at", () => {
    view.setState({ pinned: 1 });
    expect(step()).toBe(1);
    expect(replay.shown.getState()).toMatchObject({ samples: { step: 1 }, source: { atEnd: false } });
    view.setState({ pinned: 99 });
    expect(step()).toBe(4);
  });

  it("leaves the live run and its options alone, and shows it again when closed", () => {
    live.setState({ config: { ...live.getState().config, cliprange: 0.7 }, status: "ready" });
    expect(replay.shown.getState()).toMatchObject({ config: { cliprange: 0.7 }, status: "paused" });
    view.setState({ pinned: 1 });
    replay.close();
    expect(replay.shown.getState()).toBe(live.getState());
    expect(view.getState().pinned).toBeNull();
  });

  it("gives way to a run that starts", () => {
    live.setState({ status: "warming" });
    expect(replay.isOpen).toBe(true);
    live.setState({ goal: "run" });
    expect(replay.isOpen).toBe(false);
    expect(replay.shown.getState()).toBe(live.getState());
  });

  it("plays from the start to the end, and pauses", () => {
    replay.toggle();
    expect(replay.shown.getState()).toMatchObject({ goal: "run", position: { step: 0 } });
    passTime();
    expect(step()).toBe(1);
    replay.toggle();
    passTime();
    expect(replay.shown.getState()).toMatchObject({ goal: null, position: { step: 1 } });
    replay.toggle();
    expect(step()).toBe(1);
    for (let i = 0; i < 3; i++) passTime();
    expect(replay.shown.getState()).toMatchObject({ goal: null, position: { step: 4 } });
    expect(waits).toEqual([]);
  });

  it("steps by recorded step, phase and minibatch; single tokens want a live run", () => {
    replay.reset();
    expect(step()).toBe(0);
    replay.stepPpo();
    expect(step()).toBe(1);
    replay.stepPhase();
    expect(view.getState()).toMatchObject({ tab: "walkthrough", phase: "rollout", pinned: 1 });
    replay.stepPhase();
    expect(view.getState()).toMatchObject({ phase: "score", pinned: 1 });
    replay.stepMinibatch();
    expect(view.getState()).toMatchObject({ phase: "update", minibatch: 0, pinned: 1 });
    replay.stepToken();
    expect(replay.state.getState().wantsLive).toBe(true);
    replay.stepPpo();
    expect(replay.state.getState().wantsLive).toBe(false);
  });
});

describe("steps within a recording", () => {
  const place = { tab: "walkthrough", pinned: 1, phase: "update", minibatch: 0 } as const;
  const record = records(2)[1] as StepRecord;
  it("go on to the next step behind the last phase or minibatch, and stop at the end", () => {
    expect(nextPhase(place, 1, 4)).toEqual({ pinned: 2, minibatch: 0, phase: "rollout" });
    expect(nextPhase(place, 4, 4)).toEqual({});
    expect(nextMinibatch(place, record, 4)).toEqual({ tab: "walkthrough", phase: "update", pinned: 1, minibatch: 1 });
    expect(nextMinibatch({ ...place, minibatch: 1 }, record, 4)).toEqual({ tab: "walkthrough", phase: "update", pinned: 2, minibatch: 0 });
    expect(nextMinibatch({ ...place, minibatch: 1 }, record, 1)).toEqual({});
    expect(nextStep(4, 4)).toMatchObject({ pinned: 4 });
  });
});

describe("a recording that is not whole", () => {
  it("shows its valid steps and says why it ends", async () => {
    await opened(file.slice(0, -30));
    expect(replay.shown.getState().points.length).toBe(4);
    expect(replay.state.getState().showing?.recording?.end).toEqual({ kind: "cut" });
    const bad = file.slice();
    bad[bad.length - 20] = (bad[bad.length - 20] as number) ^ 1;
    await opened(bad);
    expect(replay.shown.getState().points.length).toBe(4);
    expect(replay.state.getState().showing?.recording?.end).toMatchObject({ kind: "damaged" });
  });

  it("is not opened without a single step, and the live run is shown", async () => {
    await opened(await writeReplay(replayMeta(0), []));
    expect(replay.state.getState()).toMatchObject({ showing: null, problem: "damaged" });
    await opened(new TextEncoder().encode("<!doctype html>"));
    expect(replay.state.getState()).toMatchObject({ showing: null, problem: "notReplay" });
    expect(replay.shown.getState()).toBe(live.getState());
    replay.dismissProblem();
    expect(replay.state.getState().problem).toBeNull();
  });
});

describe("a recording on the site", () => {
  it("is told when it does not come", async () => {
    vi.stubGlobal("fetch", async () => new Response("", { status: 404 }));
    await replay.openUrl("http://site/recordings/no.ppolab", null);
    expect(replay.state.getState()).toMatchObject({ showing: null, problem: "missing" });
  });

  it("that was closed while it was on its way stays closed", async () => {
    vi.stubGlobal("fetch", async () => new Response(file));
    const opening = replay.openUrl("http://site/recordings/a.ppolab", null);
    replay.close();
    await opening;
    expect(replay.isOpen).toBe(false);
  });

  it("may be named by the page's address, on the same origin only", () => {
    const base = "https://site.example/lab/";
    expect(recordingAddress("", base)).toEqual({ url: "https://site.example/lab/recordings/reviews.ppolab", name: null });
    expect(recordingAddress("?replay=mine/a.ppolab", base)).toEqual({ url: "https://site.example/lab/mine/a.ppolab", name: "a.ppolab" });
    for (const foreign of [
      "https://evil.example/a.ppolab",
      "//evil.example/a",
      "data:text/plain,x",
      "javascript:alert(1)",
      "http://site.example/a",
      "blob:https://site.example/1",
    ])
      expect(recordingAddress(`?replay=${encodeURIComponent(foreign)}`, base), foreign).toBeNull();
  });
});
