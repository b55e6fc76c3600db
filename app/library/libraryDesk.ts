// What can be done with stored runs; loaded when it is first needed. Every failure is thrown for the caller to show.

import type { StoreApi } from "zustand/vanilla";
import type { RunSnapshot } from "../../src/worker/protocol";
import type { LiveRecording } from "../files/liveRecording";
import type { ResumableRun } from "../run/runKeeper";
import type { ViewState } from "../view/viewState";
import type { ViewStore } from "../view/viewStore";
import type { RunStore } from "../run/runStore";
import { viewOf } from "../share/linkController";
import { Autosave } from "./autosave";
import type { LibraryState } from "./libraryState";
import { replayFileOf, resumableRun } from "./opening";
import { isDamaged, NAME_LENGTH, type RunRow } from "./runRow";
import { RunGoneError, RunShelf } from "./runShelf";
import { PINNED_RUNS } from "./saving";
import { checkpointZip } from "./zip";
import { spaceNow } from "./space";

export interface ReadyToResume {
  readonly run: ResumableRun;
  /** How it was looked at, but on the newest step. */
  readonly view: ViewState;
  /** To be called once the run is on the page: from then on it is stored as what it was. */
  readonly begin: () => void;
}

/** All snapshots of a run are missing or damaged. */
export class NoSnapshotError extends Error {
  override readonly name = "NoSnapshotError";
}

/** As many runs are pinned as can be. */
export class PinLimitError extends Error {
  override readonly name = "PinLimitError";
}

interface Parts {
  readonly state: StoreApi<LibraryState>;
  readonly live: RunStore;
  readonly recording: LiveRecording;
  readonly view: ViewStore;
  readonly shelf?: RunShelf;
}

export class LibraryDesk {
  readonly autosave: Autosave;
  private readonly state: StoreApi<LibraryState>;
  private readonly recording: LiveRecording;
  private readonly shelf: RunShelf;

  constructor({ state, live, recording, view, shelf = new RunShelf() }: Parts) {
    this.state = state;
    this.recording = recording;
    this.shelf = shelf;
    this.autosave = new Autosave({
      shelf,
      recording,
      isLive: (info) => live.getState().info === info,
      view: () => view.getState(),
      now: () => performance.now(),
      date: () => Date.now(),
      mayWrite: () => state.getState().access === "own",
      onSaved: (id) => {
        state.setState({ current: id, problem: null });
        if (state.getState().open) void this.refresh().catch(() => {});
      },
      onFailure: (error, unsaved) => void this.tellFailure(error, unsaved),
      onLeaving: (leaving) => state.setState({ leaving }),
    });
  }

  /** @throws DOMException when the browser stores nothing for this page. */
  async refresh(): Promise<void> {
    this.state.setState({ entries: await this.shelf.list(), space: await spaceNow() });
  }

  /** Offers to go on with the run worked on last, when it was left before its end. */
  async makeOffer(): Promise<void> {
    const row = this.state.getState().entries?.find((entry): entry is RunRow => !isDamaged(entry));
    if (row === undefined || row.finished || row.dismissed || row.snapshot === null) return;
    const found = await this.shelf.findSnapshot(row);
    this.state.setState({ offer: { row, stepsDone: found?.snapshot.stepsDone ?? null, fellBack: found?.fellBack ?? false } });
  }

  /** The run stays in the library and is not offered again. */
  async declineOffer(): Promise<void> {
    const { offer, access } = this.state.getState();
    this.state.setState({ offer: null });
    if (offer !== null && access === "own") await this.shelf.mark(offer.row.id, { dismissed: true });
  }

  /**
   * @throws NoSnapshotError when no snapshot is whole, RunGoneError when the run is not there any more, ReplayError when its
   * description is damaged.
   */
  async resume(id: number): Promise<ReadyToResume> {
    await this.autosave.idle();
    const row = await this.need(id);
    const found = await this.shelf.findSnapshot(row);
    if (found === null) throw new NoSnapshotError(`Expected a whole snapshot of run ${id}, got none.`);
    const chunks = await this.shelf.steps(id);
    const run = await resumableRun(row, chunks, found);
    const owns = this.state.getState().access === "own";
    if (owns) await this.shelf.takeUp(id, found.fellBack);
    const { stepsDone } = found.snapshot;
    return {
      run,
      view: { ...viewOf(row.shared), pinned: null, topic: null },
      begin: () => {
        const done = chunks.filter(({ step }) => step < stepsDone);
        this.recording.adopt(done, run.records, run.info);
        // A tab that may not write stores it as a run of its own once it may: the other tab may be going on with this one.
        if (owns) this.autosave.adopt(id, run.info, stepsDone, run.markers.length);
        this.state.setState({ offer: null, current: owns ? id : null });
      },
    };
  }

  /** @throws ReplayError when the description is damaged, or the run is larger than a file may be. */
  async replayFile(id: number): Promise<Uint8Array<ArrayBuffer>> {
    return replayFileOf(await this.need(id), await this.shelf.steps(id));
  }

  /** The newest whole snapshot as a folder that `lab train --resume` reads, in a zip. @throws NoSnapshotError */
  async checkpoint(id: number): Promise<Blob> {
    const found = await this.shelf.findSnapshot(await this.need(id));
    if (found === null) throw new NoSnapshotError(`Expected a whole snapshot of run ${id}, got none.`);
    return checkpointZip(found.snapshot);
  }

  async rename(id: number, name: string): Promise<void> {
    await this.shelf.mark(id, { name: name.trim().slice(0, NAME_LENGTH) });
    await this.refresh();
  }

  /** @throws PinLimitError when as many are pinned as can be. */
  async pin(id: number, pinned: boolean): Promise<void> {
    const count = (await this.shelf.list()).filter((entry) => !isDamaged(entry) && entry.pinned).length;
    if (pinned && count >= PINNED_RUNS) throw new PinLimitError(`Expected fewer than ${PINNED_RUNS} pinned runs, got ${count}.`);
    await this.shelf.mark(id, pinned ? { pinned, leaving: false } : { pinned });
    if (this.state.getState().leaving?.id === id) this.state.setState({ leaving: null });
    await this.refresh();
  }

  async remove(id: number): Promise<void> {
    this.autosave.forget(id);
    await this.autosave.idle();
    await this.shelf.remove(id);
    const { offer, leaving, current } = this.state.getState();
    this.state.setState({
      offer: offer?.row.id === id ? null : offer,
      leaving: leaving?.id === id ? null : leaving,
      current: current === id ? null : current,
      problem: null,
    });
    await this.refresh();
  }

  /** Deletes the database itself. The page's run goes on without being stored. */
  async removeAll(): Promise<void> {
    this.autosave.forget(null);
    await this.autosave.idle();
    await this.shelf.clear();
    this.state.setState({ entries: [], offer: null, leaving: null, current: null, problem: null, space: await spaceNow() });
  }

  /** Asks the browser not to clear the library when it runs short of space; it may refuse without a word. */
  async persist(): Promise<boolean> {
    const persisted = await navigator.storage.persist();
    this.state.setState({ space: await spaceNow() });
    return persisted;
  }

  private async need(id: number): Promise<RunRow> {
    const row = await this.shelf.read(id);
    if (row === null) throw new RunGoneError(`Expected run ${id} in the library, got none that can be read.`);
    return row;
  }

  private async tellFailure(error: unknown, unsaved: RunSnapshot | null): Promise<void> {
    const space = await spaceNow();
    const known = this.state.getState().problem;
    const kind = error instanceof DOMException && error.name === "QuotaExceededError" ? "quota" : "failed";
    const message = error instanceof Error ? error.message : String(error);
    // The visitor is told once; the newest snapshot is what the notice offers.
    this.state.setState({ problem: { kind, message, space, unsaved: unsaved ?? known?.unsaved ?? null, read: known?.read ?? false } });
  }
}
