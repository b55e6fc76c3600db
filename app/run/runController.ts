// What the visitor can do: run, pause, step, reset, go on, turn options, choose scenario and engine.

import type { LabConfig } from "../../src/config";
import { withDefaults } from "../../src/config";
import type { ApiGrant, Preset } from "../../src/worker/protocol";
import { blockedBy, checksOf } from "../checks/checks";
import type { Experiment } from "../failures/snapshots";
import type { ControllerParts } from "./controllerParts";
import type { Speed } from "./pace";
import { RunDriver } from "./runDriver";
import type { ResumableRun } from "./runKeeper";
import { restartOf, shownAt } from "./runPoints";
import type { EngineRequest, Goal } from "./runState";
import type { RunStore } from "./runStore";

export class RunController {
  private readonly store: RunStore;
  private readonly driver: RunDriver;

  constructor(parts: ControllerParts) {
    this.store = parts.store;
    this.driver = new RunDriver(parts);
  }

  /** Starts a worker, loads the scenario and makes the engine; settles when the lab is ready or has failed. */
  boot(): Promise<void> {
    return this.driver.boot();
  }

  /**
   * Shows a kept run at once as it was at its snapshot, paused; the next pull starts the worker's run from there and does again what
   * came after it, under the same options at the same steps. A run under way is dropped. Settles when the lab is ready or has failed;
   * a snapshot that does not fit is refused, as a failure, by the next pull.
   */
  async resume(run: ResumableRun): Promise<void> {
    const { scenario, engine, config } = run;
    const restart = restartOf(run);
    const shown = { scenario, engine, config, experiment: null, ...shownAt(restart.point) };
    const now = this.store.getState();
    const open = now.opened !== null && now.status !== "failed" && now.status !== "warming";
    if (open && now.scenario === scenario && now.engine === engine) this.driver.drop(shown, restart);
    else await this.driver.boot(shown, restart);
  }

  run(): void {
    if (blockedBy(this.store.getState()) !== null) return;
    if (this.store.getState().status === "finished") this.reset();
    this.pursue("run");
  }

  /** Stops pulling; the event under way is still taken. */
  pause(): void {
    this.driver.pause();
  }

  toggle(): void {
    if (this.driver.wanted === null) this.run();
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

  /** After a failure: tries again what the run waits for, or goes the way back that the failure offers and on from there. */
  goOn(): void {
    this.driver.goOn();
  }

  /** Drops the run; the next one starts from the scenario's weights. A failed lab is started anew. */
  reset(): void {
    const { status } = this.store.getState();
    if (status === "failed" || this.driver.connection === null) void this.boot();
    else if (status !== "warming") this.driver.drop();
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
    const { lifetime, connection } = this.driver;
    const { config, opened } = this.store.getState();
    if (connection === null || opened === null) return;
    const checks = await checksOf(config, connection);
    if (lifetime === this.driver.lifetime) this.store.setState({ checks });
  }

  /** The visitor allows prompts and responses to go to one reward server, or takes that back with null. */
  allowRewardServer(grant: ApiGrant | null): void {
    this.driver.safe.grant = grant;
    this.store.setState({ allowedOrigin: grant?.origin ?? null });
  }

  setSpeed(speed: Speed): void {
    this.store.setState({ speed });
    this.driver.hurry();
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
    const { config } = this.store.getState();
    const wanted = { ...config, ...values };
    this.store.setState({ config: wanted });
    this.driver.safe.turn(config, wanted);
  }

  private pursue(goal: Goal): void {
    const { status } = this.store.getState();
    if (status === "failed" || status === "finished" || blockedBy(this.store.getState()) !== null) return;
    this.driver.pursue(goal);
  }
}
