// Turns the visitor's wishes into pulls: run = pull in a loop, pause = stop pulling, step = pull until a boundary, reset = stop.

import type { LabConfig } from "../../src/config";
import { CONFIG_FIELDS, FIELDS, withDefaults } from "../../src/config";
import type { DetailWish } from "../../src/ppo/alternatives";
import type { PhaseEvent } from "../../src/records";
import type { LabConnection } from "../../src/worker/client";
import type { ApiGrant, ControlPatch, Preset } from "../../src/worker/protocol";
import { blockedBy, checksOf } from "../checks/checks";
import { begunAs, type Experiment, keepSnapshot } from "../failures/snapshots";
import { FrameBatch, type FrameClock } from "./frameBatch";
import { lingerOn, type Speed } from "./pace";
import type { EngineRequest, Failure, Goal, RunState } from "./runState";
import { NO_RUN, receive } from "./runState";
import type { RunStore } from "./runStore";

/** Milliseconds between two updates of the page while a run goes on. */
const UPDATE_GAP = 250;

export interface ControllerParts {
  readonly store: RunStore;
  /** Starts a worker. */
  readonly connect: () => LabConnection;
  /** Absolute address of the page's folder, with a trailing slash. */
  readonly baseUrl: string;
  readonly clock: FrameClock;
}

export class RunController {
  private readonly store: RunStore;
  private readonly connect: () => LabConnection;
  private readonly baseUrl: string;
  private readonly batch: FrameBatch<RunState>;
  private connection: LabConnection | null = null;
  private opening: Promise<void> = Promise.resolve();
  private goal: Goal | null = null;
  /** Counts resets: what an older life still delivers is dropped. */
  private life = 0;
  private driving = false;
  private hurry: () => void = () => {};
  /** Leave to ask a reward server, with its key: in memory only, never in the state, which may be stored. */
  private grant: ApiGrant | null = null;
  private readonly clock: FrameClock;

  constructor({ store, connect, baseUrl, clock }: ControllerParts) {
    this.store = store;
    this.connect = connect;
    this.baseUrl = baseUrl;
    this.clock = clock;
    this.batch = new FrameBatch((update) => store.setState(update), clock, UPDATE_GAP);
  }

  /** Starts a worker, loads the scenario and makes the engine; settles when the lab is ready or has failed. */
  boot(): Promise<void> {
    const life = this.renew();
    this.connection?.terminate();
    this.store.setState((state) => ({
      ...NO_RUN,
      snapshots: keepSnapshot(state),
      status: "warming",
      goal: null,
      opened: null,
      warmUp: null,
      checks: null,
    }));
    this.opening = this.open(life);
    return this.opening;
  }

  run(): void {
    if (blockedBy(this.store.getState()) !== null) return;
    if (this.store.getState().status === "finished") this.reset();
    this.pursue("run");
  }

  /** Stops pulling; the event under way is still taken. */
  pause(): void {
    if (this.goal === null) return;
    this.goal = null;
    this.hurry();
    this.update((state) => ({ ...state, goal: null, status: state.status === "running" ? "paused" : state.status }));
  }

  toggle(): void {
    if (this.goal === null) this.run();
    else this.pause();
  }

  stepToken(): void {
    this.pursue("token");
  }

  stepPhase(): void {
    this.pursue("phase");
  }

  stepMinibatch(): void {
    this.pursue("minibatch");
  }

  stepPpo(): void {
    this.pursue("step");
  }

  /** Drops the run; the next one starts from the scenario's weights. A failed lab is started anew. */
  reset(): void {
    const { status } = this.store.getState();
    if (status === "failed" || this.connection === null) {
      void this.boot();
      return;
    }
    if (status === "warming") return;
    this.renew();
    // A failure to stop is a dead worker: the next start reports it.
    this.connection.stop().catch(() => {});
    this.store.setState((state) => ({ ...NO_RUN, snapshots: keepSnapshot(state), status: "ready", goal: null }));
  }

  /** Sets an option; a live one reaches a run that is under way at its next PPO step. */
  setOption<K extends keyof LabConfig>(field: K, value: LabConfig[K]): void {
    this.setOptions({ [field]: value });
  }

  /** All options of a preset; the seed stays. */
  choosePreset(preset: Preset): void {
    this.setOptions({ ...withDefaults(preset.values), seed: this.store.getState().config.seed });
  }

  /** Starts the lab anew with another scenario and its defaults; the seed stays. */
  chooseScenario(id: string): void {
    const { catalog, config } = this.store.getState();
    const scenario = catalog?.scenarios.find((candidate) => candidate.id === id);
    if (scenario === undefined) return;
    void this.boot();
    this.store.setState({ scenario: id, config: { ...withDefaults(scenario.defaults), seed: config.seed }, experiment: null });
  }

  /** Drops the run and runs one side of a failure preset with the visitor's seed. */
  runExperiment(experiment: Experiment): void {
    const { catalog, scenario } = this.store.getState();
    const home = catalog?.scenarios.find(({ failures }) => failures.some(({ id }) => id === experiment.preset));
    const preset = home?.failures.find(({ id }) => id === experiment.preset);
    if (home === undefined || preset === undefined) return;
    if (home.id === scenario) this.reset();
    else this.chooseScenario(home.id);
    const { seed } = this.store.getState().config;
    const config = { ...withDefaults({ ...home.defaults, ...preset[experiment.side] }), seed };
    this.store.setState({ config, experiment: { ...experiment, config } });
    this.pursue("run");
  }

  /** The gates' reports on the options as they are now. */
  async inspect(): Promise<void> {
    const { life, connection } = this;
    const { config, opened } = this.store.getState();
    if (connection === null || opened === null) return;
    const checks = await checksOf(config, connection);
    if (life === this.life) this.store.setState({ checks });
  }

  /** The visitor allows prompts and responses to go to one reward server, or takes that back with null. */
  allowRewardServer(grant: ApiGrant | null): void {
    this.grant = grant;
    this.store.setState({ allowedOrigin: grant?.origin ?? null });
  }

  setSpeed(speed: Speed): void {
    this.store.setState({ speed });
    this.hurry();
  }

  chooseEngine(engine: EngineRequest): void {
    if (engine === this.store.getState().engine) return;
    this.store.setState({ engine });
    void this.boot();
  }

  dismissFailure(): void {
    if (this.store.getState().status !== "failed") this.store.setState({ failure: null });
  }

  /** Sets several options at once. */
  setOptions(values: Partial<LabConfig>): void {
    const { config, runConfig, status } = this.store.getState();
    const wanted = { ...config, ...values };
    this.store.setState({ config: wanted });
    if (runConfig !== null && status !== "finished") this.sendLive(config, wanted);
  }

  /** Tells a run that is under way which live options differ. */
  private sendLive(before: LabConfig, after: LabConfig): void {
    const live = CONFIG_FIELDS.filter((field) => FIELDS[field].live === true && before[field] !== after[field]);
    if (live.length > 0) this.connection?.control({ config: Object.fromEntries(live.map((field) => [field, after[field]])) });
  }

  private pursue(goal: Goal): void {
    const { status } = this.store.getState();
    if (status === "failed" || status === "finished" || blockedBy(this.store.getState()) !== null) return;
    this.goal = goal;
    this.hurry();
    this.update((state) => ({ ...state, goal, failure: null, status: state.status === "warming" ? "warming" : "running" }));
    if (!this.driving) void this.drive(this.life);
  }

  private async open(life: number): Promise<void> {
    try {
      const connection = this.connect();
      this.connection = connection;
      const catalog = await connection.catalog;
      if (life !== this.life) return;
      const state = this.store.getState();
      const scenario = catalog.scenarios.find(({ id }) => id === state.scenario) ?? catalog.scenarios[0];
      if (scenario === undefined) throw new Error("Expected at least one scenario in the build, got none. Build the site again.");
      const config = state.catalog === null ? withDefaults(scenario.defaults) : state.config;
      this.store.setState({ catalog, scenario: scenario.id, config });
      const request = { scenario: scenario.id, engine: state.engine, baseUrl: this.baseUrl };
      const opened = await connection.open(request, (warmUp) => {
        if (life === this.life) this.batch.push((current) => ({ ...current, warmUp }));
      });
      if (life !== this.life) return;
      this.update((current) => ({ ...current, opened, warmUp: null, status: this.goal === null ? "ready" : "running" }));
    } catch (reason) {
      if (life === this.life) this.fail(reason);
    }
  }

  private async drive(life: number): Promise<void> {
    this.driving = true;
    try {
      await this.opening;
      if (life === this.life && this.goal !== null && this.store.getState().status !== "failed") await this.pullWhileWanted(life);
    } catch (reason) {
      if (life === this.life) this.fail(reason);
    } finally {
      if (life === this.life) this.driving = false;
    }
  }

  private async pullWhileWanted(life: number): Promise<void> {
    const connection = this.connection;
    if (connection === null) return;
    if (this.store.getState().runConfig === null) {
      const { config } = this.store.getState();
      const info = await connection.start({ config, api: config.rewardModelType === "api" ? this.grant : null });
      if (life !== this.life) return;
      connection.control({ detail: DETAIL });
      this.update((state) => ({ ...state, info, runConfig: config, experiment: begunAs(state.experiment, config) }));
      this.sendLive(config, this.store.getState().config);
    }
    while (life === this.life && this.goal !== null) {
      const { speed } = this.store.getState();
      connection.control(speed === "full" ? GRAIN[this.goal] : FINE);
      const result = await connection.pull();
      if (life !== this.life) return;
      this.batch.push((state) => receive(state, result));
      if (result.event === null || isLast(result.event)) {
        this.goal = null;
        this.batch.push((state) => ({ ...state, goal: null, status: "finished" }));
        await connection.stop();
      } else if (this.goal !== null && reached(this.goal, result.event)) {
        this.goal = null;
        this.batch.push((state) => ({ ...state, goal: null, status: "paused" }));
      }
      if (result.event !== null && this.goal === "run") await this.linger(lingerOn(result.event.phase, speed));
    }
  }

  /** Waits in slow motion; a pause or a new goal ends the wait. */
  private async linger(milliseconds: number): Promise<void> {
    if (milliseconds === 0) return;
    await new Promise<void>((resolve) => {
      this.hurry = resolve;
      this.clock.later(resolve, milliseconds);
    });
    this.hurry = () => {};
  }

  private fail(reason: unknown): void {
    this.renew();
    const failure: Failure =
      reason instanceof Error
        ? { name: reason.name, message: reason.message, stack: reason.stack ?? null }
        : { name: "Error", message: String(reason), stack: null };
    // Wrong options leave the lab as it was: correct them and run again.
    const { opened, runConfig } = this.store.getState();
    const recoverable = CORRECTABLE.has(failure.name) && opened !== null && runConfig === null;
    this.update((state) => ({ ...state, failure, goal: null, warmUp: null, status: recoverable ? "ready" : "failed" }));
  }

  /** Begins a new life without wishes. */
  private renew(): number {
    this.goal = null;
    this.driving = false;
    this.hurry();
    this.batch.flush();
    return ++this.life;
  }

  private update(update: (state: RunState) => RunState): void {
    this.batch.push(update);
    this.batch.flush();
  }
}

/** Errors that the visitor's own options cause. */
const CORRECTABLE: ReadonlySet<string> = new Set(["ConfigError", "RewardApiError"]);

/** Rows with alternatives in the token inspector, and how many of them for each token. */
const DETAIL: DetailWish = { rows: 8, topK: 8 };

/** How finely the trainer tells what it does, by how far one wants to go. */
const FINE: ControlPatch = { tokensPerBlock: 1, watchMinibatches: true };
const COARSE: ControlPatch = { tokensPerBlock: Number.POSITIVE_INFINITY, watchMinibatches: false };
const GRAIN: Readonly<Record<Goal, ControlPatch>> = {
  run: COARSE,
  token: FINE,
  phase: COARSE,
  minibatch: { ...COARSE, watchMinibatches: true },
  step: COARSE,
};

function reached(goal: Goal, event: PhaseEvent): boolean {
  switch (goal) {
    case "run":
      return false;
    case "token":
      return event.phase !== "minibatch";
    case "minibatch":
      return event.phase === "minibatch" || event.phase === "step";
    case "phase":
      return event.phase !== "tokens" && event.phase !== "minibatch" && event.phase !== "evaluation";
    case "step":
      return event.phase === "step";
  }
}

function isLast(event: PhaseEvent): boolean {
  return event.phase === "step" && event.record.step + 1 >= event.record.totalSteps;
}
