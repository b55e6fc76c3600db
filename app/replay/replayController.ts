// Opens recordings over the live run and plays them: what the page shows is the live run's state with the recording's parts on top.

import { createStore, type StoreApi } from "zustand/vanilla";
import { ReplayError, type ReplayProblem } from "../../src/errors";
import { openReplay } from "../../src/interop/replayFile";
import type { ReplayStep } from "../../src/interop/replayFormat";
import type { FrameClock } from "../run/frameBatch";
import { nearestRecord } from "../run/history";
import { createRunStore, type RunStore } from "../run/runStore";
import type { ViewStore } from "../view/viewStore";
import { fetchRecording, readFile } from "./fetchRecording";
import { nextMinibatch, nextPhase, nextStep, STEP_TIME } from "./playback";
import { addSteps, lastStep, newRecording, type Recording, type Showing, shownRun } from "./recording";

/** Milliseconds of reading after which the page may draw. */
const SLICE = 12;
/** Milliseconds between two updates of the page while steps are read. */
const UPDATE_GAP = 200;

export type OpenProblem = ReplayProblem | "missing" | "foreign";

export interface ReplayState {
  /** null: the live run is shown. */
  readonly showing: Showing | null;
  /** Why the last recording was not opened. */
  readonly problem: OpenProblem | null;
  /** The visitor asked for single tokens, which only a live run has. */
  readonly wantsLive: boolean;
}

export interface ReplayParts {
  readonly live: RunStore;
  readonly view: ViewStore;
  readonly clock: FrameClock;
}

export class ReplayController {
  /** What the page shows. */
  readonly shown: RunStore = createRunStore();
  readonly state: StoreApi<ReplayState> = createStore<ReplayState>(() => ({ showing: null, problem: null, wantsLive: false }));
  private readonly live: RunStore;
  private readonly view: ViewStore;
  private readonly clock: FrameClock;
  /** Counts recordings: what an older one still delivers is dropped. */
  private life = 0;
  /** Counts playings. */
  private ticking = 0;
  private lastOverlay: { readonly showing: Showing; readonly state: ReturnType<typeof shownRun> } | null = null;

  constructor({ live, view, clock }: ReplayParts) {
    this.live = live;
    this.view = view;
    this.clock = clock;
    live.subscribe((state, before) => {
      // Whoever starts a run wants to see it.
      if (state.goal !== null && before.goal === null && this.isOpen) this.close();
      else this.show();
    });
    view.subscribe(({ pinned }, before) => {
      if (pinned !== before.pinned) this.change({ at: pinned });
    });
    this.state.subscribe((state, before) => {
      if (state.showing !== before.showing) this.show();
    });
    this.show();
  }

  get isOpen(): boolean {
    return this.state.getState().showing !== null;
  }

  /** Settles when the recording is read, or has failed, which is told and shows the live run. */
  openUrl(url: string, name: string | null): Promise<void> {
    return this.open(name, () => fetchRecording(url));
  }

  openFile(file: File): Promise<void> {
    return this.open(file.name, () => readFile(file));
  }

  /** A file that is already there. */
  openBytes(name: string | null, bytes: Uint8Array): Promise<void> {
    return this.open(name, async () => bytes);
  }

  /** Says why a recording is not even asked for. */
  refuse(problem: OpenProblem): void {
    this.state.setState({ problem });
  }

  dismissProblem(): void {
    this.state.setState({ problem: null });
  }

  /** Back to the live run. */
  close(): void {
    this.life++;
    this.ticking++;
    this.state.setState({ showing: null, wantsLive: false });
    this.view.setState({ pinned: null });
  }

  toggle(): void {
    if (this.state.getState().showing?.playing === true) this.pause();
    else this.play();
  }

  pause(): void {
    this.ticking++;
    this.change({ playing: false });
  }

  /** From the step looked at, or from the start when that is the last one. */
  private play(): void {
    const recording = this.recording();
    if (recording === null) return;
    this.pause();
    if (this.at(recording) >= lastStep(recording)) this.view.setState({ pinned: 0, minibatch: 0 });
    this.change({ playing: true });
    this.tick(++this.ticking);
  }

  stepPpo(): void {
    this.move((recording) => nextStep(this.at(recording), lastStep(recording)));
  }

  stepPhase(): void {
    this.move((recording) => nextPhase(this.view.getState(), this.at(recording), lastStep(recording)));
  }

  stepMinibatch(): void {
    this.move((recording) => {
      const record = nearestRecord(recording.records, this.at(recording));
      return record === null ? {} : nextMinibatch(this.view.getState(), record, lastStep(recording));
    });
  }

  /** Single tokens are not recorded. */
  stepToken(): void {
    this.pause();
    this.state.setState({ wantsLive: true });
  }

  /** To the first step. */
  reset(): void {
    this.move(() => ({ pinned: 0, minibatch: 0 }));
  }

  private async open(name: string | null, read: () => Promise<Uint8Array>): Promise<void> {
    const life = ++this.life;
    this.ticking++;
    this.state.setState({ showing: { name, recording: null, at: null, playing: false }, problem: null, wantsLive: false });
    this.view.setState({ pinned: null });
    try {
      await this.read(life, await read());
    } catch (reason) {
      if (life !== this.life) return;
      this.close();
      this.refuse(reason instanceof ReplayError ? reason.problem : "missing");
    }
  }

  /** Reads step by step in slices, so that the page stays awake, and shows what has come a few times a second. */
  private async read(life: number, bytes: Uint8Array): Promise<void> {
    const reader = await openReplay(bytes);
    let recording = newRecording(reader.meta);
    let waiting: ReplayStep[] = [];
    const publish = (end: Recording["end"]): void => {
      const file = end === null ? null : bytes.slice(0, reader.goodBytes);
      recording = { ...addSteps(recording, waiting), end, file };
      waiting = [];
      this.change({ recording });
    };
    let sliceStart = this.clock.now();
    let published = Number.NEGATIVE_INFINITY;
    const steps = reader.steps();
    for (;;) {
      const next = await steps.next();
      if (life !== this.life) return;
      if (next.done) {
        if (recording.points.length + waiting.length === 0)
          throw new ReplayError("damaged", "Expected at least one whole step in the replay file, got none. Get it again.");
        return publish(next.value);
      }
      waiting.push(next.value);
      if (this.clock.now() - sliceStart < SLICE) continue;
      if (this.clock.now() - published > UPDATE_GAP) {
        publish(null);
        published = this.clock.now();
      }
      await new Promise<void>((resolve) => this.clock.later(resolve, 0));
      sliceStart = this.clock.now();
    }
  }

  private tick(ticking: number): void {
    this.clock.later(() => {
      const recording = this.recording();
      if (ticking !== this.ticking || recording === null) return;
      const last = lastStep(recording);
      this.view.setState(nextStep(this.at(recording), last));
      if (this.at(recording) < last) this.tick(ticking);
      else if (recording.end === null) this.tick(ticking);
      else this.pause();
    }, STEP_TIME[this.live.getState().speed]);
  }

  private move(where: (recording: Recording) => Partial<ReturnType<ViewStore["getState"]>>): void {
    const recording = this.recording();
    if (recording === null) return;
    this.pause();
    this.state.setState({ wantsLive: false });
    this.view.setState(where(recording));
  }

  private recording(): Recording | null {
    return this.state.getState().showing?.recording ?? null;
  }

  /** 0-based step looked at. */
  private at(recording: Recording): number {
    return Math.min(this.view.getState().pinned ?? Number.POSITIVE_INFINITY, lastStep(recording));
  }

  private change(changes: Partial<Showing>): void {
    const { showing } = this.state.getState();
    if (showing !== null) this.state.setState({ showing: { ...showing, ...changes } });
  }

  private show(): void {
    const { showing } = this.state.getState();
    const live = this.live.getState();
    this.shown.setState(showing === null ? live : { ...live, ...this.overlay(showing) }, true);
  }

  /** Made once for what is shown, so that a change of the live run redraws nothing of it. */
  private overlay(showing: Showing): ReturnType<typeof shownRun> {
    if (this.lastOverlay?.showing !== showing) this.lastOverlay = { showing, state: shownRun(showing) };
    return this.lastOverlay.state;
  }
}
