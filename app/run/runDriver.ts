// Holds the worker and drives the run in it: pulls while there is a goal, and comes back from failures.

import type { LabConnection } from "../../src/worker/client";
import { keepSnapshot } from "../failures/snapshots";
import { CORRECTABLE, type Failure, failureOf, WAITS, WORKER_GONE } from "./failure";
import type { ControllerParts } from "./controllerParts";
import { FrameBatch } from "./frameBatch";
import { grainOf, isLast, reached } from "./goals";
import { checkOnline } from "./online";
import { openLab } from "./openLab";
import { Linger } from "./pace";
import { type Restart, shownAt, standing, stepsDoneAt } from "./runPoints";
import { type Goal, NO_RUN, receive, type RunState } from "./runState";
import type { RunStore } from "./runStore";
import { SafeRun } from "./safeRun";

/** Milliseconds between two updates of the page while a run goes on. */
const UPDATE_GAP = 250;

export class RunDriver {
  private readonly parts: ControllerParts;
  private readonly store: RunStore;
  private readonly batch: FrameBatch<RunState>;
  readonly safe: SafeRun;
  private worker: LabConnection | null = null;
  private opening: Promise<void> = Promise.resolve();
  private readonly linger = new Linger();
  private goal: Goal | null = null;
  /** What was wanted when the run began to wait. */
  private waitingGoal: Goal = "run";
  /** Counts resets: what an older life still delivers is dropped. */
  private life = 0;
  private driving = false;
  /** Of this run. */
  private workerLosses = 0;

  constructor(parts: ControllerParts) {
    this.parts = parts;
    this.store = parts.store;
    this.batch = new FrameBatch((update) => parts.store.setState(update), parts.clock, UPDATE_GAP);
    this.safe = new SafeRun(parts, () => this.batch.preview(parts.store.getState()));
  }

  get connection(): LabConnection | null {
    return this.worker;
  }

  get wanted(): Goal | null {
    return this.goal;
  }

  /** What was begun under another number is no longer wanted. */
  get lifetime(): number {
    return this.life;
  }

  /**
   * Ends the worker and starts another; settles when the lab is ready or has failed.
   * @param from a run to resume, which `shown` shows
   */
  boot(shown: Partial<RunState> = {}, from: Restart | null = null): Promise<void> {
    const life = this.forget(from);
    this.worker?.terminate();
    const nothing = { ...NO_RUN, status: "warming", goal: null, opened: null, warmUp: null, checks: null } as const;
    this.store.setState((state) => ({ ...nothing, snapshots: keepSnapshot(state), ...shown }));
    this.opening = this.open(life);
    return this.opening;
  }

  /** Drops the run for none or for one to resume; the worker stays. */
  drop(shown: Partial<RunState> = {}, from: Restart | null = null): void {
    this.forget(from);
    // A failure to stop is a dead worker: the next start reports it.
    this.worker?.stop().catch(() => {});
    const status = from === null ? "ready" : "paused";
    this.store.setState((state) => ({ ...NO_RUN, status, goal: null, snapshots: keepSnapshot(state), ...shown }));
  }

  pursue(goal: Goal): void {
    this.goal = goal;
    this.linger.end();
    this.update((state) => ({ ...state, goal, failure: null, status: state.status === "warming" ? "warming" : "running" }));
    if (!this.driving) void this.drive(this.life);
  }

  /** Stops pulling; the event under way is still taken. */
  pause(): void {
    if (this.goal === null) return;
    this.goal = null;
    this.linger.end();
    this.update((state) => ({ ...state, goal: null, status: state.status === "running" ? "paused" : state.status }));
  }

  /** Ends a wait of slow motion. */
  hurry(): void {
    this.linger.end();
  }

  /** Tries again what the run waits for, or goes the way back that the failure offers and on from there. */
  goOn(): void {
    const { status, failure } = this.store.getState();
    if (status === "paused") this.pursue(this.waitingGoal);
    if (status !== "failed" || !failure?.wayBack) return;
    const { learningRate } = failure.wayBack;
    if (learningRate !== null) this.store.setState(({ config }) => ({ config: { ...config, learningRate } }));
    // Numbers that blew up leave the worker whole; the steps since are not wanted again.
    this.comeBack(this.safe.restart(learningRate === null), learningRate === null);
    this.pursue("run");
  }

  private async open(life: number): Promise<void> {
    try {
      const connection = this.parts.connect();
      this.worker = connection;
      const opened = await openLab({
        connection,
        store: this.store,
        baseUrl: this.parts.baseUrl,
        onProgress: (warmUp) => {
          if (life === this.life) this.batch.push((state) => ({ ...state, warmUp }));
        },
        isOver: () => life !== this.life,
      });
      if (opened === null) return;
      const idle = this.store.getState().runConfig === null ? "ready" : "paused";
      this.update((state) => ({ ...state, opened, warmUp: null, status: this.goal === null ? idle : "running" }));
    } catch (reason) {
      if (life === this.life) await this.stumble(reason);
    }
  }

  private async drive(life: number): Promise<void> {
    this.driving = true;
    try {
      await this.opening;
      if (life === this.life && this.store.getState().status !== "failed") await this.pullWhileWanted(life);
    } catch (reason) {
      if (life === this.life) await this.stumble(reason);
    } finally {
      if (life === this.life) this.driving = false;
    }
  }

  private async pullWhileWanted(life: number): Promise<void> {
    const connection = this.worker;
    if (connection === null) return;
    while (life === this.life && this.goal !== null) {
      const session = await this.safe.sessionIn(connection, () => life !== this.life);
      if (session === null || this.goal === null) continue;
      const { speed, config } = this.store.getState();
      const { runConfig } = this.batch.preview(this.store.getState());
      if (runConfig !== null) checkOnline(runConfig);
      const result = await session.pull(grainOf(this.goal, speed), { runConfig, config });
      if (life !== this.life) return;
      this.batch.push((state) => receive(state, result));
      const { event } = result;
      const over = event === null || isLast(event);
      const there = over || (this.goal !== null && reached(this.goal, event));
      if (event?.phase === "step") {
        // Whoever keeps the run may read the page's state, which otherwise follows a little later.
        if (there) this.batch.flush();
        await this.safe.stepDone(session);
        if (life !== this.life) return;
      }
      if (there) {
        this.goal = null;
        this.batch.push((state) => ({ ...state, goal: null, status: over ? "finished" : "paused" }));
      }
      if (over) await connection.stop();
      else if (this.goal === "run") await this.linger.on(event.phase, speed, this.parts.clock);
    }
  }

  private async stumble(reason: unknown): Promise<void> {
    const { life } = this;
    const failure = failureOf(reason);
    this.batch.flush();
    const begun = this.store.getState().runConfig !== null;
    if (begun && WAITS.has(failure.name)) return this.hold(failure);
    if (begun && WORKER_GONE.has(failure.name) && ++this.workerLosses === 1) return this.startAgain(failure.name);
    if (failure.name === "NonFiniteError") await this.safe.blownUp();
    if (life === this.life) this.fail(failure);
  }

  /** The worker has undone the step under way and stands before it. */
  private hold(failure: Failure): void {
    this.waitingGoal = this.goal ?? "run";
    this.renew();
    const asked = failure.name !== "OfflineError";
    if (asked) this.safe.undone();
    this.update((state) => ({ ...state, ...(asked ? standing(state) : {}), failure, goal: null, status: "paused" }));
  }

  private startAgain(cause: string): void {
    const { goal } = this;
    const restart = this.safe.restart(true);
    this.comeBack(restart, true);
    if (restart !== null) this.store.setState({ restart: { cause, stepsDone: stepsDoneAt(restart.point) } });
    if (goal === "run") this.pursue(goal);
  }

  private comeBack(restart: Restart | null, newWorker: boolean): void {
    const life = this.renew();
    const shown = restart === null ? {} : shownAt(restart.point);
    this.store.setState({ ...shown, goal: null, failure: null, warmUp: null, status: newWorker ? "warming" : "paused" });
    if (!newWorker) return;
    this.store.setState({ opened: null });
    this.worker?.terminate();
    this.opening = this.open(life);
  }

  private fail(failure: Failure): void {
    this.renew();
    // Wrong options leave the lab as it was: correct them and run again.
    const { opened, runConfig } = this.store.getState();
    const recoverable = CORRECTABLE.has(failure.name) && opened !== null && runConfig === null;
    const wayBack = this.safe.wayBack(failure.name);
    this.update((state) => ({
      ...state,
      failure: { ...failure, wayBack },
      goal: null,
      warmUp: null,
      status: recoverable ? "ready" : "failed",
    }));
  }

  private forget(from: Restart | null): number {
    this.safe.forget(from);
    this.workerLosses = 0;
    return this.renew();
  }

  /** Begins a new life without wishes. */
  private renew(): number {
    this.goal = null;
    this.driving = false;
    this.linger.end();
    this.batch.flush();
    return ++this.life;
  }

  private update(update: (state: RunState) => RunState): void {
    this.batch.push(update);
    this.batch.flush();
  }
}
