// Keeps the run that is under way: its steps as they come, a full snapshot now and then. A failing write never stops the run.

import type { RunInfo, RunSnapshot } from "../../src/worker/protocol";
import type { LiveRecording, StepChunk } from "../files/liveRecording";
import type { RunKeeper } from "../run/runKeeper";
import type { RunState } from "../run/runState";
import type { ViewState } from "../view/viewState";
import { type KeptRun, newRun, prefixOf, progressOf } from "./keptRun";
import type { RunRow } from "./runRow";
import { RunGoneError, type RunShelf } from "./runShelf";
import { RETRY_GAP, snapshotDue, tidy } from "./saving";

/** Milliseconds between two looks for a step, and after which a step counts as left out, as one too large for a file is. */
const FOLLOW_GAP = 100;
const FOLLOW_LIMIT = 2000;

export interface AutosaveParts {
  readonly shelf: Pick<RunShelf, "list" | "create" | "append" | "saveSnapshot" | "mark" | "remove">;
  /** The page's run, as files of it hold it. */
  readonly recording: Pick<LiveRecording, "steps">;
  /** The page's run is this one, and so is the recording's. */
  readonly isLive: (info: RunInfo) => boolean;
  /** What is looked at. */
  readonly view: () => ViewState;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** By the computer's clock. */
  readonly date: () => number;
  /** This tab may write. */
  readonly mayWrite: () => boolean;
  readonly onSaved: (id: number) => void;
  /** After each failed write. @param unsaved a snapshot that only memory holds; null: none was to be written */
  readonly onFailure: (error: unknown, unsaved: RunSnapshot | null) => void;
  /** The library is full: this run is deleted when the next one begins. */
  readonly onLeaving: (row: RunRow) => void;
}

export class Autosave implements RunKeeper {
  private readonly parts: AutosaveParts;
  private run: KeptRun | null = null;
  private queue: Promise<void> = Promise.resolve();
  private hidden = false;

  constructor(parts: AutosaveParts) {
    this.parts = parts;
  }

  /** The page went out of sight, perhaps for good: the next step is worth a snapshot. */
  pageHidden(): void {
    this.hidden = true;
  }

  /** The run that is shown next goes on as the stored run `id`. */
  adopt(id: number, info: RunInfo, stepsDone: number, markers: number): void {
    this.run = { ...newRun(info), id, savedTo: stepsDone - 1, snapshotAt: stepsDone, snapshotTime: this.parts.now(), markers };
  }

  /** Stored runs were deleted (all of them for null): the page's run is not stored anew. */
  forget(id: number | null): void {
    if (this.run !== null && (id === null || this.run.id === id)) this.run.forgotten = true;
  }

  /** Settles when everything so far is written or has failed. */
  idle(): Promise<void> {
    return this.queue;
  }

  async stepDone(state: RunState, snapshot: () => Promise<RunSnapshot | null>): Promise<void> {
    const { now, mayWrite } = this.parts;
    const record = state.live?.record ?? state.records.at(-1);
    if (record === undefined || state.info === null) return;
    if (this.run === null || this.run.info !== state.info) this.run = newRun(state.info);
    const { run } = this;
    const resting = state.goal !== "run" || record.step + 1 >= record.totalSteps;
    if (!mayWrite() || run.forgotten || (!resting && run.failedAt !== null && now() - run.failedAt < RETRY_GAP)) return;
    // A step that is done again after a fault replaces what was stored of it.
    run.savedTo = Math.min(run.savedTo, record.step - 1);
    const due = snapshotDue({
      steps: run.snapshotAt === null ? null : record.step + 1 - run.snapshotAt,
      time: now() - run.snapshotTime,
      resting,
      turned: state.markers.length !== run.markers,
      hidden: this.hidden,
    });
    const taken = due ? await snapshot().catch(() => null) : null;
    if (taken !== null) {
      this.hidden = false;
      Object.assign(run, { snapshot: taken, snapshotAt: taken.stepsDone, snapshotTime: now(), markers: state.markers.length });
    }
    run.state = state;
    this.queue = this.queue.then(() => this.write(run));
  }

  /** Writes what waits; several steps that came meanwhile go together. */
  private async write(run: KeptRun): Promise<void> {
    const { state, snapshot } = run;
    if (state === null || run.forgotten) return;
    run.state = null;
    run.snapshot = null;
    try {
      run.id ??= await this.begin(state);
      const steps = await this.stepsOf(run, (state.points.at(-1)?.step ?? 0) - 1);
      // The run was dropped before its last steps could be written.
      if (steps === null) return;
      await this.parts.shelf.append(run.id, steps, progressOf(state, this.parts.view(), this.parts.date()));
      run.savedTo = steps.at(-1)?.step ?? run.savedTo;
      if (snapshot !== null) await this.parts.shelf.saveSnapshot(run.id, snapshot);
      run.failedAt = null;
      this.parts.onSaved(run.id);
    } catch (error) {
      if (run.forgotten || error instanceof RunGoneError) {
        run.forgotten = true;
        return;
      }
      run.failedAt = this.parts.now();
      // The stored snapshot is older than this one: the next successful try takes a new one.
      if (snapshot !== null) run.snapshotAt = null;
      this.parts.onFailure(error, snapshot);
    }
  }

  /** Steps that are not stored yet; null when the run is not the page's any more. The page's state, and with it the recording, follows the run by a moment. */
  private async stepsOf(run: KeptRun, wanted: number): Promise<readonly StepChunk[] | null> {
    for (let waited = 0; ; waited += FOLLOW_GAP) {
      const steps = await this.parts.recording.steps();
      if (!this.parts.isLive(run.info)) return null;
      if ((steps.at(-1)?.step ?? -1) >= wanted || waited >= FOLLOW_LIMIT) return steps.filter(({ step }) => step > run.savedTo);
      await new Promise<void>((resolve) => setTimeout(resolve, FOLLOW_GAP));
    }
  }

  /** Makes room, then the run's row. */
  private async begin(state: RunState): Promise<number> {
    const { shelf, date, onLeaving } = this.parts;
    const { remove, announce } = tidy(await shelf.list());
    for (const id of remove) await shelf.remove(id);
    if (announce !== null) {
      await shelf.mark(announce.id, { leaving: true });
      onLeaving(announce);
    }
    const created = date();
    return shelf.create({ name: "", created, prefix: await prefixOf(state), ...progressOf(state, this.parts.view(), created) });
  }
}
