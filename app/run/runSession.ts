// The run inside one worker: sends each option at its step, pulls, and knows when the run stands between two PPO steps.

import { CONFIG_FIELDS, FIELDS, type LabConfig } from "../../src/config";
import type { LabConnection } from "../../src/worker/client";
import type { ApiGrant, ControlPatch, PullResult, RunSnapshot } from "../../src/worker/protocol";
import type { Redo } from "./runPoints";

export interface Options {
  /** What the run uses. */
  readonly runConfig: LabConfig | null;
  /** What the knobs say. */
  readonly config: LabConfig;
}

export class RunSession {
  private readonly connection: LabConnection;
  /** Leave under which it was started. */
  readonly grant: ApiGrant | null;
  private done: number | null;
  private toRedo: Redo | null;

  /** `stepsDone` of a run that has just been started. The knobs count once everything is redone. */
  constructor(connection: LabConnection, grant: ApiGrant | null, stepsDone: number, redo: Redo) {
    this.connection = connection;
    this.grant = grant;
    this.done = stepsDone;
    this.toRedo = redo;
  }

  /** PPO steps done; null while one is under way. */
  get stepsDone(): number | null {
    return this.done;
  }

  get redo(): Redo | null {
    return this.toRedo;
  }

  /** @throws RemoteError */
  async pull(patch: ControlPatch, options: Options): Promise<PullResult> {
    if (this.done !== null) this.sendDue(this.done, options);
    this.connection.control(patch);
    const result = await this.connection.pull();
    if (result.event !== null) this.done = result.event.phase === "step" ? result.event.step + 1 : null;
    return result;
  }

  /** The visitor turned options from `before` to `after`. */
  turn(before: LabConfig, after: LabConfig): void {
    if (this.toRedo === null) this.send(liveChanges(before, after));
  }

  /** The step under way failed and was undone. */
  undone(stepsDone: number): void {
    this.done = stepsDone;
  }

  /** null also when the worker cannot answer any more; the next pull tells why. */
  async snapshot(): Promise<RunSnapshot | null> {
    try {
      return await this.connection.snapshot();
    } catch {
      return null;
    }
  }

  private sendDue(step: number, { runConfig, config }: Options): void {
    if (this.toRedo === null) return;
    if (step >= this.toRedo.until) {
      this.toRedo = null;
      if (runConfig !== null) this.send(liveChanges(runConfig, config));
      return;
    }
    const changes = this.toRedo.markers.filter((marker) => marker.step === step + 1).flatMap((marker) => marker.changes);
    this.send(Object.fromEntries(changes.map(({ field, to }) => [field, to])));
  }

  private send(config: Partial<LabConfig>): void {
    if (Object.keys(config).length > 0) this.connection.control({ config });
  }
}

function liveChanges(before: LabConfig, after: LabConfig): Partial<LabConfig> {
  const live = CONFIG_FIELDS.filter((field) => FIELDS[field].live === true && before[field] !== after[field]);
  return Object.fromEntries(live.map((field) => [field, after[field]]));
}
