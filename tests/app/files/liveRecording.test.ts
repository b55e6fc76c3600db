// The live run as a replay file: every finished step is in it, whatever the page's history has dropped, and it opens as it was saved.

import fc from "fast-check";
import { readFile } from "node:fs/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { LiveRecording, ROOM, type Room } from "../../../app/files/liveRecording";
import { liveFile, recordedFile } from "../../../app/files/runFile";
import { addSteps, newRecording } from "../../../app/replay/recording";
import { type Marker, receive, type RunState } from "../../../app/run/runState";
import { createRunStore, type RunStore } from "../../../app/run/runStore";
import { withDefaults } from "../../../src/config";
import { openReplay, type ReplayEnd } from "../../../src/interop/replayFile";
import { isKeyframe, REPLAY_CAPS, type ReplayMeta, type ReplayStep } from "../../../src/interop/replayFormat";
import type { StepRecord } from "../../../src/records";
import { replayMeta, type Shape, stepRecord, TOKENS } from "../../interop/replayFixture";

const SHAPE: Shape = {
  seed: 1,
  batch: 3,
  longestQuery: 2,
  longestResponse: 3,
  minibatchSize: 2,
  epochs: 1,
  detailRows: 2,
  gold: true,
  evaluated: false,
};
const TOTAL = 100;
const INFO = {
  totalSteps: TOTAL,
  batchSize: 3,
  miniBatchSize: 2,
  parameters: 10,
  tokenTexts: TOKENS,
  warnings: [],
  models: { policy: "ab", reward: null },
};
const CONFIG = withDefaults({ seed: 5 });

let live: RunStore;
let recording: LiveRecording;

const begin = (room: Room = ROOM): void => {
  live = createRunStore();
  recording = new LiveRecording(live, room);
  live.setState({
    scenario: "reviews",
    opened: { engine: "wasm", adapter: null, rejections: [], probes: {} },
    info: INFO,
    runConfig: CONFIG,
    config: CONFIG,
  });
};
beforeEach(() => begin());

const record = (step: number, shape: Partial<Shape> = {}): StepRecord => stepRecord(step, { ...SHAPE, ...shape });
const finish = (one: StepRecord, applied: Partial<RunState["config"]> | null = null): void =>
  live.setState((state) => receive(state, { event: { phase: "step", step: one.step, record: one }, applied, engine: null }));

async function saved(looked: number | null = null, note = ""): Promise<{ meta: ReplayMeta; steps: ReplayStep[]; end: ReplayEnd }> {
  const file = await liveFile(recording, live.getState(), looked, note);
  if (file === null) throw new TypeError("expected a file");
  const reader = await openReplay(file.bytes);
  const steps: ReplayStep[] = [];
  const source = reader.steps();
  for (;;) {
    const next = await source.next();
    if (next.done) {
      expect(steps.length).toBe(file.held);
      return { meta: reader.meta, steps, end: next.value };
    }
    steps.push(next.value);
  }
}

describe("the file of a live run", () => {
  it("is not there before the first step", async () => {
    expect(await liveFile(recording, live.getState(), null, "")).toBeNull();
  });

  it("has every step, also those that the page's history has thinned", async () => {
    for (let step = 0; step < TOTAL; step++) finish(record(step, { seed: step }));
    expect(live.getState().records.length).toBeLessThan(TOTAL);
    const { meta, steps, end } = await saved(null, "mine");
    expect(end).toEqual({ kind: "whole" });
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: TOTAL }, (_, step) => step));
    expect(meta).toMatchObject({ scenario: "reviews", engine: "wasm", config: CONFIG, steps: TOTAL, note: "mine", models: INFO.models });
    expect(meta.keyframes).toEqual(steps.filter(({ detail }) => detail !== null).map(({ step }) => step));
    expect(meta.keyframes).toEqual(steps.map(({ step }) => step).filter((step) => isKeyframe(step, TOTAL)));
    for (const step of steps) {
      const wanted = record(step.step, { seed: step.step });
      for (const field of ["queryTexts", "responseTexts", "responses", "stats"] as const) expect(step[field]).toEqual(wanted[field]);
    }
  });

  it("keeps the newest step and the one looked at in full", async () => {
    for (let step = 0; step < 9; step++) finish(record(step));
    const { meta, steps } = await saved(5);
    expect(meta.keyframes).toEqual([0, 1, 2, 4, 5, 8]);
    expect(steps[5]?.detail).not.toBeNull();
    expect(steps[6]?.detail).toBeNull();
  });

  it("keeps which options were turned when, for any turns", async () => {
    const turns = fc.array(fc.option(fc.record({ learningRate: fc.constantFrom(1e-4, 3e-4), cliprange: fc.constantFrom(0.1, 0.2) })), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(turns, async (all) => {
        begin();
        all.forEach((applied, step) => finish(record(step), applied));
        const { markers, runConfig } = live.getState();
        const { meta, steps } = await saved();
        expect(meta.config).toEqual(CONFIG);
        const opened = addSteps(newRecording(meta), steps);
        const wanted = markers.map(({ step, changes }): Marker => ({ step, changes }));
        expect(opened.markers).toEqual(wanted);
        const end = Object.assign(
          {},
          meta.config,
          ...opened.markers.map(({ changes }) => Object.fromEntries(changes.map(({ field, to }) => [field, to]))),
        );
        expect(end).toEqual(runConfig);
      }),
      { numRuns: 40 },
    );
  });

  it("takes a step that is done again after a fault instead of the first one", async () => {
    for (let step = 0; step < 4; step++) finish(record(step));
    await recording.steps();
    const { points, records } = live.getState();
    live.setState({ points: points.slice(0, 2), records: records.slice(0, 2) });
    expect((await saved()).steps.map(({ step }) => step)).toEqual([0, 1]);
    finish(record(2, { seed: 77 }));
    const { steps } = await saved();
    expect(steps.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(steps[2]?.stats).toEqual(record(2, { seed: 77 }).stats);
    expect((await recording.steps()).map(({ step }) => step)).toEqual([0, 1, 2]);
  });

  it("forgets the run before when another begins", async () => {
    finish(record(0));
    live.setState({ points: [], records: [], info: { ...INFO } });
    finish(record(0, { seed: 9 }));
    const { steps } = await saved();
    expect(steps.length).toBe(1);
    expect(steps[0]?.stats).toEqual(record(0, { seed: 9 }).stats);
  });

  it("goes on where a kept run was left", async () => {
    for (let step = 0; step < 60; step++) finish(record(step));
    const chunks = await recording.steps();
    const { records, points } = live.getState();
    begin();
    const info = { ...INFO };
    const few = records.slice(-3);
    recording.adopt(chunks, few, info);
    live.setState({ info, records: few, points });
    finish(record(60));
    expect((await saved()).steps.map(({ step }) => step)).toEqual(Array.from({ length: 61 }, (_, step) => step));
  });
});

describe("the room of a page", () => {
  it("first costs the tokens' numbers, then the steps, and the file says so", async () => {
    begin({ detailed: 6000, all: 9000 });
    for (let step = 0; step < 40; step++) finish(record(step, { batch: 6 }));
    const { meta, steps, end } = await saved();
    expect(end).toEqual({ kind: "whole" });
    expect(meta.steps).toBe(40);
    expect(steps.length).toBeLessThan(40);
    expect(meta.reducedFrom).toBeGreaterThan(0);
    for (const { step, keptRows } of steps) expect(keptRows).toBe(step < (meta.reducedFrom as number) ? null : 0);
  });

  it("is less than a file may have", () => {
    expect(ROOM.detailed).toBeLessThan(ROOM.all);
    expect(ROOM.all + REPLAY_CAPS.payloadBytes / 4).toBeLessThan(REPLAY_CAPS.fileBytes);
  });

  it("is told of a step that no file can hold", async () => {
    finish(record(0));
    const seq = 1 + REPLAY_CAPS.cells;
    const huge = { ...record(1), queries: [new Int32Array(seq)], responses: [new Int32Array(seq)], batch: 1 };
    finish(huge);
    finish(record(2));
    const { meta, steps } = await saved();
    expect(meta.steps).toBe(3);
    expect(steps.map(({ step }) => step)).toEqual([0, 2]);
  });
});

describe("60 steps of reviews", () => {
  it("take at most 1.5 MB, as the page saves them, with all detail in every step", async () => {
    const reader = await openReplay(await readFile("public/recordings/reviews.ppolab"));
    const shown: ReplayStep[] = [];
    const source = reader.steps();
    for (let next = await source.next(); !next.done; next = await source.next()) shown.push(next.value);
    live.setState({ info: { ...reader.meta.info, models: reader.meta.models }, runConfig: reader.meta.config });
    const detailed = shown.filter(({ detail }) => detail !== null);
    for (const step of shown) {
      const { changes: _, ...one } = step;
      finish({ ...one, detail: one.detail ?? withShape(detailed, one) });
    }
    const file = await liveFile(recording, live.getState(), 31, "");
    expect(file?.held).toBe(60);
    expect(file?.bytes.length).toBeGreaterThan(5e5);
    expect(file?.bytes.length).toBeLessThanOrEqual(1.5e6);
  });
});

/** The detail of a step of the same length, if there is one. */
function withShape(detailed: readonly StepRecord[], { seq }: StepRecord): StepRecord["detail"] {
  return detailed.find((one) => one.seq === seq)?.detail ?? null;
}

describe("the file of a recording", () => {
  it("is its own bytes, and not there before it is read", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(recordedFile(newRecording(replayMeta(1)))).toBeNull();
    expect(recordedFile({ ...newRecording(replayMeta(1)), file: bytes })?.bytes).toBe(bytes);
  });
});
