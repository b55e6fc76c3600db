// The run behind its sessions in one worker after the other: begins it, keeps points to go back to, knows the way back.

import type { LabConnection } from "../../src/worker/client";
import type { ApiGrant, RunSnapshot } from "../../src/worker/protocol";
import type { DetailWish } from "../../src/ppo/alternatives";
import { begunAs } from "../failures/snapshots";
import type { WayBack } from "./failure";
import type { FrameClock } from "./frameBatch";
import type { RunKeeper } from "./runKeeper";
import { pointOf, redoSince, type Restart, RunPoints, stepsDoneAt } from "./runPoints";
import { RunSession } from "./runSession";
import type { RunState } from "./runState";
import type { RunStore } from "./runStore";

/** Rows with alternatives in the token inspector, and how many of them for each token. */
const DETAIL: DetailWish = { rows: 8, topK: 8 };
/** A point is kept after so many PPO steps, or after so many milliseconds when steps are slow. */
const POINT_STEPS = 5;
const POINT_MS = 5000;
/** Of the learning rate under which the numbers blew up. */
const LOWER_RATE = 0.1;

interface Parts {
  readonly store: RunStore;
  readonly clock: FrameClock;
  readonly keeper: RunKeeper | null;
}

export class SafeRun {
  private readonly parts: Parts;
  /** The run's state with everything that was pulled. */
  private readonly latest: () => RunState;
  private readonly points = new RunPoints();
  private session: RunSession | null = null;
  /** Where the next session starts; null: at the scenario's weights, under the options as they are then. */
  private from: Restart | null = null;
  private pointAt = Number.NEGATIVE_INFINITY;
  /** Steps done at the state to which the run went back when the numbers had blown up; null: they have not. */
  private wentBackTo: number | null = null;
  /** Leave to ask a reward server, with its key: in memory only, never in the state, which may be stored. */
  grant: ApiGrant | null = null;

  constructor(parts: Parts, latest: () => RunState) {
    this.parts = parts;
    this.latest = latest;
  }

  /** The next run is another one: a new one, or one to resume. */
  forget(from: Restart | null): void {
    this.session = null;
    this.from = from;
    this.points.begin(from?.point ?? null);
    this.pointAt = Number.NEGATIVE_INFINITY;
    this.wentBackTo = null;
  }

  /** The run in this worker, begun if it is not, begun anew when the leave to ask its server has changed; null when it was over before. */
  async sessionIn(connection: LabConnection, isOver: () => boolean): Promise<RunSession | null> {
    const { runConfig, config } = this.latest();
    const grant = (runConfig ?? config).rewardModelType === "api" ? this.grant : null;
    if (this.session !== null) {
      if (this.session.grant === grant || this.session.stepsDone === null) return this.session;
      await this.keepPoint(this.session);
      if (isOver()) return null;
      this.restart(true);
    }
    return this.begin(connection, grant, isOver);
  }

  /** The visitor turned options; live ones take effect at the next PPO step. */
  turn(before: RunState["config"], after: RunState["config"]): void {
    this.session?.turn(before, after);
  }

  /** Between two steps: keeps a point now and then, and lets the keeper have the run. */
  async stepDone(session: RunSession): Promise<void> {
    const { clock, keeper } = this.parts;
    const newest = this.points.newest();
    const since = (session.stepsDone ?? 0) - (newest === null ? 0 : stepsDoneAt(newest));
    if (since >= POINT_STEPS || clock.now() - this.pointAt >= POINT_MS) await this.keepPoint(session);
    await keeper?.stepDone(this.latest(), () => this.keepPoint(session));
  }

  /** The worker has undone the step under way. */
  undone(): void {
    this.session?.undone(this.latest().points.at(-1)?.step ?? 0);
  }

  /** Numbers blew up, and the worker has undone that step: keeps the last good state, or gives up one that led here before. */
  async blownUp(): Promise<void> {
    this.undone();
    if (this.session !== null) await this.keepPoint(this.session);
    const newest = this.points.newest();
    if (newest !== null && this.wentBackTo !== null && stepsDoneAt(newest) <= this.wentBackTo) this.points.dropNewest();
  }

  /** What a run that has stopped because of `failure` can go back to. */
  wayBack(failure: string): WayBack | null {
    const point = this.points.newest();
    // A state that was refused would be refused again.
    if (point === null || this.latest().runConfig === null || failure === "CheckpointError" || failure === "ConfigError") return null;
    const blown = failure === "NonFiniteError";
    if (stepsDoneAt(point) === 0 && !blown) return null;
    return { stepsDone: stepsDoneAt(point), learningRate: blown ? lowered(point.runConfig.learningRate) : null };
  }

  /** The next session starts at the newest point; null: there is none. With `again` it does the steps since as they were done. */
  restart(again: boolean): Restart | null {
    const point = this.points.newest();
    const unfinished = this.session?.redo ?? this.from?.redo ?? null;
    this.session = null;
    if (point === null) return (this.from = null);
    const done = stepsDoneAt(point);
    if (!again) this.wentBackTo = done;
    return (this.from = { point, redo: again ? redoSince(point, this.latest(), unfinished) : { markers: [], until: done } });
  }

  private async begin(connection: LabConnection, grant: ApiGrant | null, isOver: () => boolean): Promise<RunSession | null> {
    const { from } = this;
    const { store } = this.parts;
    const config = from?.point.runConfig ?? store.getState().config;
    const info = await connection.start({ config, api: grant, resume: from?.point.snapshot ?? null });
    if (isOver()) return null;
    connection.control({ detail: DETAIL });
    this.from = null;
    this.pointAt = this.parts.clock.now();
    if (from === null) {
      store.setState(({ experiment }) => ({ info, runConfig: config, experiment: begunAs(experiment, config) }));
      this.points.begin(pointOf(store.getState(), config, null));
    }
    const redo = from?.redo ?? { markers: [], until: 0 };
    this.session = new RunSession(connection, grant, from === null ? 0 : stepsDoneAt(from.point), redo);
    return this.session;
  }

  private async keepPoint(session: RunSession): Promise<RunSnapshot | null> {
    const newest = this.points.newest();
    if (newest?.snapshot && newest.snapshot.stepsDone === session.stepsDone) return newest.snapshot;
    const state = this.latest();
    const done = session.stepsDone;
    const snapshot = await session.snapshot();
    const point = newest && pointOf(state, newest.startConfig, snapshot);
    if (snapshot === null || point === null || session !== this.session || snapshot.stepsDone !== done) return snapshot;
    this.points.add(point);
    this.pointAt = this.parts.clock.now();
    return snapshot;
  }
}

/** A number that reads well. */
function lowered(learningRate: number): number {
  return Number((learningRate * LOWER_RATE).toPrecision(3));
}
