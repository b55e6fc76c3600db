// The live run as a replay file in the making: each finished step is encoded as it comes, before the page thins its history.

import { ReplayError } from "../../src/errors";
import { encodeStepChunk } from "../../src/interop/replayFile";
import { isKeyframe, KEPT_ROWS, NO_ROWS, type OptionChange } from "../../src/interop/replayFormat";
import type { StepRecord } from "../../src/records";
import type { Marker, RunState } from "../run/runState";
import type { RunStore } from "../run/runStore";

/** Bytes of encoded steps that a page holds. */
export interface Room {
  /** From here on steps are kept without the numbers of single tokens. */
  readonly detailed: number;
  /** From here on steps are not kept at all; below what a reader accepts, with room for the description. */
  readonly all: number;
}
/** A step of `reviews` takes about 12 kB, and 6 kB without its tokens: some 2,700 steps and 4,000 more. */
export const ROOM: Room = { detailed: 32 * 2 ** 20, all: 56 * 2 ** 20 };

/** One step of a replay file. */
export interface StepChunk {
  /** 0-based */
  readonly step: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Kept with everything. */
  readonly full: boolean;
  /** Kept without the numbers of single tokens. */
  readonly reduced: boolean;
}

export class LiveRecording {
  private readonly room: Room;
  private chunks: StepChunk[] = [];
  private size = 0;
  private info: RunState["info"] = null;
  private taken = new WeakSet<StepRecord>();
  private work: Promise<void> = Promise.resolve();
  /** Counts runs: what is still being encoded of an older one is dropped. */
  private run = 0;
  private failure: unknown = null;

  constructor(live: RunStore, room: Room = ROOM) {
    this.room = room;
    live.subscribe((state, before) => {
      if (state.records !== before.records || state.info !== before.info) this.take(state);
    });
  }

  /**
   * The steps encoded so far, in order; settles when all that have finished are among them.
   * @throws what the browser threw when it could not encode one
   */
  async steps(): Promise<readonly StepChunk[]> {
    for (let seen; seen !== this.work; ) {
      seen = this.work;
      await seen;
    }
    if (this.failure !== null) throw this.failure;
    return this.chunks;
  }

  /**
   * Steps of a run that goes on where it was left, which the page may know in part only. To be told before the run's state is shown.
   * @param chunks as `steps` gave them, in order
   */
  adopt(chunks: readonly StepChunk[], records: readonly StepRecord[], info: NonNullable<RunState["info"]>): void {
    this.forget(info);
    this.chunks = [...chunks];
    this.size = chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
    for (const record of records) this.taken.add(record);
  }

  private forget(info: RunState["info"]): void {
    this.run++;
    this.info = info;
    this.chunks = [];
    this.size = 0;
    this.taken = new WeakSet();
    this.failure = null;
    this.work = Promise.resolve();
  }

  private take(state: RunState): void {
    if (state.info !== this.info) this.forget(state.info);
    if (state.info === null) return;
    const { run } = this;
    for (const record of state.records) {
      if (this.taken.has(record)) continue;
      this.taken.add(record);
      const changes = changesAt(state.markers, record.step);
      this.work = this.work.then(() => this.encode(run, record, changes));
    }
  }

  private async encode(run: number, record: StepRecord, changes: readonly OptionChange[]): Promise<void> {
    if (run !== this.run || this.info === null || this.size >= this.room.all) return;
    const reduced = this.size >= this.room.detailed;
    const full = !reduced && record.detail !== null && isKeyframe(record.step, record.totalSteps);
    const written = { ...record, changes, detail: full ? record.detail : null };
    try {
      const bytes = await encodeStepChunk(written, { info: this.info }, reduced ? NO_ROWS : KEPT_ROWS);
      if (run !== this.run) return;
      // A step that is done again after a fault replaces what came of it and later ones.
      const kept = this.chunks.filter(({ step }) => step < record.step);
      this.chunks = [...kept, { step: record.step, bytes, full, reduced }];
      this.size = this.chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0);
    } catch (error) {
      // Larger than a file may hold: the file says that it has fewer steps than the run. All else is told to who asks for the steps.
      if (!(error instanceof ReplayError) && run === this.run) this.failure = error;
    }
  }
}

/** Options that took effect with a step (0-based). */
export function changesAt(markers: readonly Marker[], step: number): readonly OptionChange[] {
  return markers.filter((marker) => marker.step === step + 1).flatMap(({ changes }) => changes);
}
