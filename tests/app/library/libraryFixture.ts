// Runs for tests of the library: states after so many steps, their chunks, and a shelf in memory.

import type { StepChunk } from "../../../app/files/liveRecording";
import { prefixOf, progressOf } from "../../../app/library/keptRun";
import type { RunRow } from "../../../app/library/runRow";
import { type NewRun, RunGoneError, type RunMarks, type RunProgress } from "../../../app/library/runShelf";
import { INITIAL_STATE, type RunState } from "../../../app/run/runState";
import { stepDataOf } from "../../../app/run/stepData";
import { INITIAL_VIEW } from "../../../app/view/viewState";
import { withDefaults } from "../../../src/config";
import { encodeStepChunk } from "../../../src/interop/replayFile";
import type { RunInfo, RunSnapshot } from "../../../src/worker/protocol";
import { fakeRecord } from "../fakeRun";

export const TOTAL = 8;
export const CONFIG = withDefaults({ maxSteps: TOTAL, learningRate: 0.001, seed: 5 });

export const runInfo = (): RunInfo => ({
  totalSteps: TOTAL,
  batchSize: 4,
  miniBatchSize: 4,
  parameters: 10,
  tokenTexts: ["<eos>", "a", "b", "c", "d", "e", "f", "g"],
  warnings: [],
  models: { policy: "00", reward: null },
});

/** The page's state after `steps` PPO steps. */
export function stateAfter(steps: number, info: RunInfo, changes: Partial<RunState> = {}): RunState {
  const records = Array.from({ length: steps }, (_, step) => fakeRecord(step, TOTAL, CONFIG));
  const last = records.at(-1);
  return {
    ...INITIAL_STATE,
    status: "running",
    goal: "run",
    scenario: "reviews",
    engine: "wasm",
    config: CONFIG,
    runConfig: CONFIG,
    info,
    records,
    points: records.map(({ step, stats }) => ({ step: step + 1, stats })),
    live: last === undefined ? null : stepDataOf(last),
    ...changes,
  };
}

export async function chunksOf({ records, info }: RunState): Promise<StepChunk[]> {
  if (info === null) return [];
  const chunks = records.map(async (record) => ({
    step: record.step,
    bytes: await encodeStepChunk({ ...record, changes: [] }, { info }),
    full: record.step % 2 === 0,
    reduced: false,
  }));
  return Promise.all(chunks);
}

export function snapshotAfter(stepsDone: number): RunSnapshot {
  return { stepsDone, state: new TextEncoder().encode(`{"step":${stepsDone}}`), tensors: Uint8Array.of(stepsDone, 1, 2, 3) };
}

export async function rowAfter(steps: number, changes: Partial<RunRow> = {}): Promise<RunRow> {
  const state = stateAfter(steps, runInfo());
  const unused = { id: 1, order: 1, name: "", created: 0, stepBytes: 0, pinned: false, leaving: false, dismissed: false };
  return { ...unused, prefix: await prefixOf(state), ...progressOf(state, INITIAL_VIEW, 7), snapshot: null, previous: null, ...changes };
}

/** What the database would hold. `broken`: every write fails with it. */
export class MemoryShelf {
  readonly rows = new Map<number, RunRow>();
  readonly chunks = new Map<number, StepChunk[]>();
  readonly snapshots = new Map<number, RunSnapshot[]>();
  broken: Error | null = null;

  async list(): Promise<readonly RunRow[]> {
    return [...this.rows.values()].sort((a, b) => b.order - a.order);
  }

  async create(run: NewRun): Promise<number> {
    this.check();
    const id = this.rows.size + 100;
    const unused = { stepBytes: 0, pinned: false, leaving: false, dismissed: false, snapshot: null, previous: null };
    this.rows.set(id, { ...run, ...unused, id, order: id });
    this.chunks.set(id, []);
    this.snapshots.set(id, []);
    return id;
  }

  async append(id: number, steps: readonly StepChunk[], progress: RunProgress): Promise<void> {
    this.check();
    const first = steps[0]?.step ?? Number.MAX_SAFE_INTEGER;
    this.chunks.set(id, [...(this.chunks.get(id) ?? []).filter(({ step }) => step < first), ...steps]);
    this.rows.set(id, { ...this.need(id), ...progress });
  }

  async saveSnapshot(id: number, snapshot: RunSnapshot): Promise<void> {
    this.check();
    this.need(id);
    this.snapshots.get(id)?.push(snapshot);
  }

  async mark(id: number, marks: RunMarks): Promise<void> {
    this.rows.set(id, { ...this.need(id), ...marks });
  }

  async remove(id: number): Promise<void> {
    this.rows.delete(id);
  }

  /** Numbers of the steps stored. */
  stepsOf(id: number): number[] {
    return (this.chunks.get(id) ?? []).map(({ step }) => step);
  }

  private check(): void {
    if (this.broken !== null) throw this.broken;
  }

  private need(id: number): RunRow {
    const row = this.rows.get(id);
    if (row === undefined) throw new RunGoneError(`no run ${id}`);
    return row;
  }
}
