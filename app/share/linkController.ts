// Takes links in: reads them, offers what they hold, and opens them on the visitor's word. Never starts a run by itself.

import { createStore, type StoreApi } from "zustand/vanilla";
import { withDefaults } from "../../src/config";
import { EXAMPLE } from "../replay/fetchRecording";
import type { ReplayController } from "../replay/replayController";
import type { RunController } from "../run/runController";
import { changedOptions, type RunState } from "../run/runState";
import type { RunStore } from "../run/runStore";
import { INITIAL_VIEW, type ViewState } from "../view/viewState";
import type { ViewStore } from "../view/viewStore";
import { LinkError, type LinkProblem } from "./linkError";
import { isLinkHash } from "./linkHash";
import type { SharedState } from "./sharedState";
import type { StepStop } from "./stepStop";

export interface LinkState {
  /** Waits for the visitor's word. */
  readonly offer: SharedState | null;
  /** The newest link that was opened. */
  readonly opened: SharedState | null;
  /** Why the newest link was not read. */
  readonly problem: { readonly kind: LinkProblem; readonly message: string } | null;
  /** A run goes on to this step (0-based) and stops there. */
  readonly runningTo: number | null;
}

interface Parts {
  readonly live: RunStore;
  readonly view: ViewStore;
  readonly controller: RunController;
  readonly replay: ReplayController;
  readonly stop: StepStop;
  /** Address of the page's folder. */
  readonly baseUrl: string;
}

export class LinkController {
  readonly state: StoreApi<LinkState> = createStore<LinkState>(() => ({ offer: null, opened: null, problem: null, runningTo: null }));
  private readonly parts: Parts;
  /** The recording that a link opened: its name on the page, and its path. */
  private path: { readonly name: string; readonly path: string } | null = null;
  /** Counts links: an older one that is still being read is dropped. */
  private turn = 0;

  constructor(parts: Parts) {
    this.parts = parts;
    // Whoever pauses or resets on the way has changed their mind.
    parts.live.subscribe(({ goal }) => {
      if (goal === null && this.state.getState().runningTo !== null) this.forgetTarget();
    });
  }

  /** Reads a hash that is a link; others are left alone. Settles when it is offered, shown or refused. */
  async take(hash: string): Promise<void> {
    if (!isLinkHash(hash)) return;
    const turn = ++this.turn;
    try {
      const { decodeHash } = await import("./codec");
      const shared = await decodeHash(hash);
      if (turn === this.turn) this.receive(shared);
    } catch (reason) {
      if (turn !== this.turn) return;
      const kind = reason instanceof LinkError ? reason.problem : "damaged";
      this.state.setState({ offer: null, problem: { kind, message: reason instanceof Error ? reason.message : String(reason) } });
    }
  }

  /** A recording is only laid over the page, so its view opens at once unless a run is there; everything else is asked first. */
  private receive(shared: SharedState): void {
    const atOnce = shared.recording !== null && this.parts.live.getState().runConfig === null;
    if (atOnce) this.look(shared);
    this.state.setState({ problem: null, offer: atOnce && shared.scenario === null ? null : shared });
    if (atOnce) this.state.setState({ opened: shared });
  }

  dismiss(): void {
    this.state.setState({ offer: null, problem: null });
  }

  /** Opens what is offered: its settings replace those on the page, and with them the page's run; nothing is started. */
  open(): void {
    const { offer, opened } = this.state.getState();
    if (offer === null) return;
    this.state.setState({ offer: null, opened: offer });
    this.forgetTarget();
    this.adopt(offer);
    if (offer !== opened) this.look(offer);
  }

  /** Starts or continues the live run, and stops it when the opened link's step is done. */
  runToStep(): void {
    const step = this.state.getState().opened?.pinned ?? null;
    if (step === null) return;
    const { stop, controller } = this.parts;
    stop.after(step, () => {
      this.lookAtStep();
      controller.pause();
    });
    controller.run();
    // A gate may have kept it from starting.
    if (this.parts.live.getState().goal === null) stop.cancel();
    else this.state.setState({ runningTo: step });
  }

  /** To the opened link's step, and to what its sender looked at in it. */
  lookAtStep(): void {
    const { opened } = this.state.getState();
    if (opened === null) return;
    const { pinned, phase, minibatch, row, token } = opened;
    this.parts.view.setState({ pinned, phase, minibatch, row, token });
  }

  /** Path of the recording shown, below the page's folder; null for a file of the visitor's. */
  recordingPath(name: string | null, asked: { readonly url: string; readonly name: string | null } | null): string | null {
    if (name === null) return EXAMPLE;
    if (name === this.path?.name) return this.path.path;
    const { baseUrl } = this.parts;
    return asked?.name === name && asked.url.startsWith(baseUrl) ? asked.url.slice(baseUrl.length) : null;
  }

  private look(shared: SharedState): void {
    const { view, replay, baseUrl } = this.parts;
    const wanted = viewOf(shared);
    if (shared.recording === null) {
      replay.close();
      // The step comes with the run.
      view.setState({ ...wanted, pinned: null });
      return;
    }
    const { showing } = replay.state.getState();
    const there = showing !== null && this.recordingPath(showing.name, null) === shared.recording;
    const name = shared.recording === EXAMPLE ? null : (shared.recording.split("/").at(-1) ?? "");
    if (name !== null) this.path = { name, path: shared.recording };
    if (!there) void replay.openUrl(new URL(shared.recording, baseUrl).href, name);
    view.setState(wanted);
  }

  private adopt(shared: SharedState): void {
    const { live, controller } = this.parts;
    const state = live.getState();
    const target = settingsOf(shared, state);
    if (target === null || !differs(shared, state)) return;
    if (shared.engine !== state.engine) controller.chooseEngine(shared.engine);
    if (shared.scenario !== null && shared.scenario !== state.scenario) controller.chooseScenario(shared.scenario);
    else if (state.runConfig !== null) controller.reset();
    // Leave that was given for another address is no leave for the link's.
    if (target.rewardModelType === "api") controller.allowRewardServer(null);
    controller.setOptions(target);
  }

  private forgetTarget(): void {
    this.parts.stop.cancel();
    if (this.state.getState().runningTo !== null) this.state.setState({ runningTo: null });
  }
}

/** The options that a link stands for in full; null when it has none, or of a scenario that this lab does not have. */
export function settingsOf({ scenario, config }: SharedState, { catalog }: Pick<RunState, "catalog">): RunState["config"] | null {
  const home = catalog?.scenarios.find(({ id }) => id === scenario);
  return home === undefined ? null : { ...withDefaults(home.defaults), ...config };
}

/** Whether opening the link changes the settings, or ends a run. */
export function differs(shared: SharedState, state: Pick<RunState, "catalog" | "scenario" | "engine" | "config" | "runConfig">): boolean {
  const target = settingsOf(shared, state);
  if (target === null) return false;
  if (shared.recording === null && state.runConfig !== null) return true;
  return shared.scenario !== state.scenario || shared.engine !== state.engine || changedOptions(state.config, target).length > 0;
}

/** The part of a link that is about what to look at. */
export function viewOf(shared: SharedState): ViewState {
  return Object.fromEntries(Object.keys(INITIAL_VIEW).map((name) => [name, shared[name as keyof ViewState]])) as never;
}
