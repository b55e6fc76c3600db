// Autosave: which steps and snapshots are written, when; what a failing, full or foreign storage does to a run, which is nothing.

import { beforeEach, describe, expect, it } from "vitest";
import type { StepChunk } from "../../../app/files/liveRecording";
import { Autosave } from "../../../app/library/autosave";
import type { RunRow } from "../../../app/library/runRow";
import { KEPT_RUNS, RETRY_GAP, SNAPSHOT_GAP } from "../../../app/library/saving";
import type { RunState } from "../../../app/run/runState";
import { INITIAL_VIEW } from "../../../app/view/viewState";
import type { RunInfo, RunSnapshot } from "../../../src/worker/protocol";
import { CONFIG, chunksOf, MemoryShelf, rowAfter, runInfo, snapshotAfter, stateAfter } from "./libraryFixture";

let shelf: MemoryShelf;
let now: number;
let mayWrite: boolean;
let live: RunInfo | null;
let recorded: StepChunk[];
let failures: { error: unknown; unsaved: RunSnapshot | null }[];
let leaving: RunRow[];
let asked: number[];
let autosave: Autosave;

beforeEach(() => {
  shelf = new MemoryShelf();
  now = 1000;
  mayWrite = true;
  live = null;
  recorded = [];
  failures = [];
  leaving = [];
  asked = [];
  autosave = new Autosave({
    shelf,
    recording: { steps: async () => recorded },
    isLive: (info) => info === live,
    view: () => ({ ...INITIAL_VIEW, tab: "charts" }),
    now: () => now,
    date: () => 5,
    mayWrite: () => mayWrite,
    onSaved: () => {},
    onFailure: (error, unsaved) => failures.push({ error, unsaved }),
    onLeaving: (row) => leaving.push(row),
  });
});

/** One finished step of the page's run. */
async function step(state: RunState): Promise<void> {
  const done = state.points.length;
  live = state.info;
  recorded = await chunksOf(state);
  await autosave.stepDone(state, async () => {
    asked.push(done);
    return snapshotAfter(done);
  });
  await autosave.idle();
}

const id = (): number => [...shelf.rows.keys()].at(-1) ?? -1;
const snapshots = (run = id()): number[] => (shelf.snapshots.get(run) ?? []).map(({ stepsDone }) => stepsDone);

describe("a run left alone", () => {
  it("has every step stored, and a snapshot at first, then after five steps and ten seconds, and at its end", async () => {
    const info = runInfo();
    for (let done = 1; done <= 8; done++) {
      now += 3000;
      await step(stateAfter(done, info));
    }
    expect(shelf.stepsOf(id())).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(snapshots()).toEqual([1, 6, 8]);
    expect(asked).toEqual([1, 6, 8]);
    expect(shelf.rows.get(id())).toMatchObject({ steps: 8, finished: true, totalSteps: 8, shared: { tab: "charts", config: CONFIG } });
  });

  it("waits for five steps when they are slow, and for ten seconds when they are fast", async () => {
    const info = runInfo();
    await step(stateAfter(1, info));
    for (let done = 2; done <= 5; done++) {
      now += SNAPSHOT_GAP;
      await step(stateAfter(done, info));
    }
    expect(snapshots()).toEqual([1]);
    await step(stateAfter(6, info));
    expect(snapshots()).toEqual([1, 6]);
    await step(stateAfter(7, info));
    expect(snapshots()).toEqual([1, 6]);
  });

  it("has a snapshot at once when it is driven by hand, an option was turned or the page went out of sight", async () => {
    const info = runInfo();
    await step(stateAfter(1, info));
    await step(stateAfter(2, info, { goal: "step" }));
    const markers = [{ step: 3, changes: [{ field: "learningRate", from: 0.001, to: 0.002 }] }] as const;
    await step(stateAfter(3, info, { markers }));
    await step(stateAfter(4, info, { markers }));
    autosave.pageHidden();
    await step(stateAfter(5, info, { markers }));
    await step(stateAfter(6, info, { markers }));
    expect(snapshots()).toEqual([1, 2, 3, 5]);
    expect(shelf.rows.get(id())?.markers).toEqual(markers);
  });

  it("writes steps that came while a write went on, together", async () => {
    const info = runInfo();
    live = info;
    recorded = await chunksOf(stateAfter(3, info));
    for (const done of [1, 2, 3]) await autosave.stepDone(stateAfter(done, info), async () => null);
    await autosave.idle();
    expect(shelf.stepsOf(id())).toEqual([0, 1, 2]);
    expect(shelf.rows.size).toBe(1);
  });

  it("stores a step that is done again in place of what it was, and forgets what came after", async () => {
    const info = runInfo();
    for (const done of [1, 2, 3, 4]) await step(stateAfter(done, info));
    await step(stateAfter(2, info));
    expect(shelf.stepsOf(id())).toEqual([0, 1]);
    expect(shelf.rows.get(id())?.steps).toBe(2);
    expect(shelf.rows.size).toBe(1);
  });
});

describe("runs one after the other", () => {
  it("never overwrite each other", async () => {
    await step(stateAfter(2, runInfo()));
    await step(stateAfter(1, runInfo()));
    expect([...shelf.rows.keys()].map((run) => shelf.stepsOf(run))).toEqual([[0, 1], [0]]);
  });

  it("an adopted one goes on in its own row", async () => {
    await step(stateAfter(3, runInfo()));
    const first = id();
    const again = runInfo();
    autosave.adopt(first, again, 2, 0);
    await step(stateAfter(3, again));
    await step(stateAfter(4, again));
    expect(shelf.rows.size).toBe(1);
    expect(shelf.stepsOf(first)).toEqual([0, 1, 2, 3]);
  });

  it("of a run that has left the page nothing more is written, least of all another run's steps", async () => {
    const info = runInfo();
    await step(stateAfter(1, info));
    const first = id();
    live = runInfo();
    recorded = await chunksOf(stateAfter(4, live));
    await autosave.stepDone(stateAfter(2, info), async () => null);
    await autosave.idle();
    expect(shelf.stepsOf(first)).toEqual([0]);
  });

  it("a full library announces its oldest run and deletes it only when the run after that begins; a pin saves it", async () => {
    for (let run = 1; run <= KEPT_RUNS; run++) shelf.rows.set(run, await rowAfter(1, { id: run, order: run, pinned: run === 1 }));
    await step(stateAfter(1, runInfo()));
    expect(leaving.map((row) => row.id)).toEqual([2]);
    expect(shelf.rows.has(2)).toBe(true);
    await step(stateAfter(1, runInfo()));
    expect(shelf.rows.has(2)).toBe(false);
    expect(leaving.map((row) => row.id)).toEqual([2, 3]);
    await shelf.mark(3, { pinned: true });
    await step(stateAfter(1, runInfo()));
    expect(shelf.rows.has(3)).toBe(true);
    expect(shelf.rows.has(1)).toBe(true);
  });
});

describe("storage that fails", () => {
  it("keeps what is there, is tried again after a while, and then brings along everything that is missing", async () => {
    const info = runInfo();
    await step(stateAfter(1, info));
    shelf.broken = new DOMException("full", "QuotaExceededError");
    now += RETRY_GAP;
    await step(stateAfter(2, info, { goal: "step" }));
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ error: shelf.broken, unsaved: { stepsDone: 2 } });
    await step(stateAfter(3, info));
    expect(failures, "not tried again at once").toHaveLength(1);
    now += RETRY_GAP;
    await step(stateAfter(4, info));
    expect(failures, "with the newest snapshot").toMatchObject([{}, { unsaved: { stepsDone: 4 } }]);
    expect([shelf.stepsOf(id()), snapshots()]).toEqual([[0], [1]]);
    shelf.broken = null;
    now += RETRY_GAP;
    await step(stateAfter(5, info));
    expect([shelf.stepsOf(id()), snapshots()]).toEqual([
      [0, 1, 2, 3, 4],
      [1, 5],
    ]);
  });

  it("never rejects, not even when the worker gives no snapshot", async () => {
    const info = runInfo();
    live = info;
    shelf.broken = new Error("no storage");
    await expect(autosave.stepDone(stateAfter(1, info), () => Promise.reject(new Error("gone")))).resolves.toBeUndefined();
    await autosave.idle();
    expect(failures).toHaveLength(1);
  });

  it("a tab that may not write writes nothing, and everything once it may", async () => {
    const info = runInfo();
    mayWrite = false;
    await step(stateAfter(1, info));
    await step(stateAfter(2, info));
    expect(shelf.rows.size).toBe(0);
    mayWrite = true;
    await step(stateAfter(3, info));
    expect([shelf.stepsOf(id()), snapshots()]).toEqual([[0, 1, 2], [3]]);
  });

  it("a run that the visitor deleted is not stored anew", async () => {
    const info = runInfo();
    await step(stateAfter(1, info));
    autosave.forget(id());
    await shelf.remove(id());
    await step(stateAfter(2, info));
    expect(shelf.rows.size).toBe(0);
    await step(stateAfter(1, runInfo()));
    autosave.forget(null);
    shelf.rows.clear();
    await step(stateAfter(2, runInfo()));
    expect(shelf.rows.size, "another run is").toBe(1);
  });

  it("a row that is suddenly gone ends the storing of its run without a word", async () => {
    const info = runInfo();
    await step(stateAfter(1, info));
    shelf.rows.clear();
    await step(stateAfter(2, info));
    expect([shelf.rows.size, failures]).toEqual([0, []]);
  });
});
