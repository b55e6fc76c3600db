// The page's hold on the library: small enough to be there at once; what it takes to store runs is loaded behind it.

import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunSnapshot } from "../../src/worker/protocol";
import type { LiveRecording } from "../files/liveRecording";
import type { RunKeeper } from "../run/runKeeper";
import type { RunState } from "../run/runState";
import type { RunStore } from "../run/runStore";
import type { ViewStore } from "../view/viewStore";
import type { LibraryDesk } from "./libraryDesk";
import { INITIAL_LIBRARY, type LibraryState } from "./libraryState";
import { claimStorage } from "./storageLock";

export class Library implements RunKeeper {
  readonly state: StoreApi<LibraryState> = createStore<LibraryState>(() => INITIAL_LIBRARY);
  private readonly live: RunStore;
  private readonly recording: LiveRecording;
  private readonly view: ViewStore;
  private loading: Promise<LibraryDesk> | null = null;
  private started = false;

  constructor({ live, recording, view }: { readonly live: RunStore; readonly recording: LiveRecording; readonly view: ViewStore }) {
    this.live = live;
    this.view = view;
    this.recording = recording;
  }

  /** Looks what is stored and, as soon as no other tab stores runs, makes this tab the one that does. */
  async start(): Promise<void> {
    if (this.started) return;
    this.started = true;
    try {
      // Several frames of one page would only take the lock from each other, and from the lab itself.
      if (window.top !== window) throw new Error("Expected a page of its own, got a frame. Open the lab in a tab.");
      const desk = await this.desk();
      await desk.refresh();
      document.addEventListener("visibilitychange", () => document.hidden && desk.autosave.pageHidden());
      claimStorage((access) => {
        this.state.setState({ access });
        if (access === "own") void this.takeOver(desk).catch(() => {});
      });
    } catch {
      this.state.setState({ access: "none" });
    }
  }

  /** @throws TypeError when its script cannot be fetched. */
  desk(): Promise<LibraryDesk> {
    this.loading ??= this.load();
    return this.loading;
  }

  async stepDone(state: RunState, snapshot: () => Promise<RunSnapshot | null>): Promise<void> {
    if (this.state.getState().access !== "own") return;
    try {
      await (await this.desk()).autosave.stepDone(state, snapshot);
    } catch {
      // Only this step's write is lost: the next one brings along what is missing.
    }
  }

  private async load(): Promise<LibraryDesk> {
    try {
      const { LibraryDesk: Desk } = await import("./libraryDesk");
      return new Desk({ state: this.state, live: this.live, recording: this.recording, view: this.view });
    } catch (error) {
      this.loading = null;
      throw error;
    }
  }

  /** What this tab has done while it might not write is stored now. */
  private async takeOver(desk: LibraryDesk): Promise<void> {
    const run = this.live.getState();
    if (run.points.length > 0) return desk.autosave.stepDone(run, async () => null);
    await desk.refresh();
    if (this.live.getState().runConfig === null) await desk.makeOffer();
  }
}
