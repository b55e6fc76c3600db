// An engine that survives the loss of its device: the call under way fails with DeviceLostError, the next one finds everything rebuilt.

import { CheckpointError, ConfigError, DeviceLostError, NonFiniteError, ShapeError } from "../errors";
import { type EngineCounters, zeroCounters } from "./counters";
import type { Engine, EngineModel, EngineName, MemoryEstimateRequest, ModelSpec } from "./engine";
import type { EngineHealth } from "./health";
import { RecoveringModel } from "./recoveringModel";

/** An engine that runs, and what its device tells; null for an engine that has no device to lose. */
export interface RunningEngine {
  readonly engine: Engine;
  /** Name of the GPU; null on the CPU. */
  readonly adapter: string | null;
  readonly health: EngineHealth | null;
  /** Frees the device; `engine.dispose` comes first. */
  readonly release: () => void;
}

/** One loss that was made good. */
export interface Recovery {
  /** What the browser said. */
  readonly cause: string;
  /** The engine that goes on. */
  readonly engine: EngineName;
  readonly adapter: string | null;
}

export interface RecoveryOptions {
  /** Makes the engine that goes on after the `losses`-th loss (from 1). Must in the end return one without a device. */
  readonly replace: (losses: number) => Promise<RunningEngine>;
  readonly onRecovery: (recovery: Recovery) => void;
}

/**
 * After a loss, models are made again as RecoveringModel says: frozen ones as they were, trained ones without what they learned,
 * which they need given back before they go on.
 */
export class RecoveringEngine implements Engine {
  private current: RunningEngine;
  private readonly options: RecoveryOptions;
  private readonly models = new Set<RecoveringModel>();
  private readonly earlier = zeroCounters();
  private readonly underWay = new Set<(loss: DeviceLostError) => void>();
  private losses = 0;
  private rebuilding: Promise<void> | null = null;
  private stopListening: () => void;

  constructor(first: RunningEngine, options: RecoveryOptions) {
    this.current = first;
    this.options = options;
    this.stopListening = this.listen();
  }

  get name(): EngineName {
    return this.current.engine.name;
  }

  get adapter(): string | null {
    return this.current.adapter;
  }

  estimateMemory(request: MemoryEstimateRequest): number {
    return this.current.engine.estimateMemory(request);
  }

  async createModel(spec: ModelSpec): Promise<EngineModel> {
    const model = new RecoveringModel(this, spec);
    await this.call((engine) => model.build(engine));
    this.models.add(model);
    return model;
  }

  counters(): EngineCounters {
    const counters = this.current.engine.counters();
    for (const key of Object.keys(counters) as (keyof EngineCounters)[]) counters[key] += this.earlier[key];
    return counters;
  }

  memoryInUse(): number {
    return this.current.engine.memoryInUse();
  }

  dispose(): void {
    this.stopListening();
    this.models.clear();
    this.current.engine.dispose();
    this.current.release();
  }

  forget(model: RecoveringModel): void {
    this.models.delete(model);
  }

  /**
   * Makes good an earlier loss, then calls.
   * @throws DeviceLostError when the device is lost meanwhile; EngineError when it reports an error; whatever `use` throws.
   */
  async call<T>(use: (engine: Engine) => Promise<T>): Promise<T> {
    while (this.current.health?.loss()) await (this.rebuilding ??= this.rebuild().finally(() => (this.rebuilding = null)));
    return this.guard(() => use(this.current.engine));
  }

  /** Nothing that hangs on a lost device is waited for, and no error of the device passes unheard. */
  private async guard<T>(use: () => Promise<T>): Promise<T> {
    const { health } = this.current;
    if (health === null) return use();
    let abandon: (loss: DeviceLostError) => void = () => {};
    const lost = new Promise<never>((_, reject) => {
      abandon = reject;
    });
    this.underWay.add(abandon);
    let result: T;
    try {
      const before = health.loss();
      if (before) throw before;
      result = await Promise.race([use(), lost]);
    } catch (error) {
      if (CLEAR_ERRORS.some((kind) => error instanceof kind)) throw error;
      // What a call throws because its device is gone, or after an error of the device, says less than the device.
      throw (await lossSoon(health)) ?? health.takeError() ?? error;
    } finally {
      this.underWay.delete(abandon);
    }
    const error = health.takeError();
    if (error) throw error;
    return result;
  }

  private async rebuild(): Promise<void> {
    const lost = this.current;
    const cause = lost.health?.loss()?.message ?? "";
    this.current = await this.options.replace(++this.losses);
    this.stopListening();
    this.stopListening = this.listen();
    const counters = lost.engine.counters();
    for (const key of Object.keys(counters) as (keyof EngineCounters)[]) this.earlier[key] += counters[key];
    lost.engine.dispose();
    lost.release();
    try {
      for (const model of this.models) await this.guard(() => model.build(this.current.engine));
    } catch (error) {
      // Lost again: the loop in `call` rebuilds once more.
      if (error instanceof DeviceLostError) return;
      throw error;
    }
    this.options.onRecovery({ cause, engine: this.name, adapter: this.adapter });
  }

  private listen(): () => void {
    const stop = this.current.health?.onLoss((loss) => {
      for (const abandon of this.underWay) abandon(loss);
    });
    return stop ?? (() => {});
  }
}

/** Errors that have nothing to do with the device. */
const CLEAR_ERRORS = [DeviceLostError, ShapeError, ConfigError, CheckpointError, NonFiniteError];

/** A call may fail of a loss before the browser tells the loss. */
const LOSS_TOLD_WITHIN_MS = 1000;

function lossSoon(health: EngineHealth): Promise<DeviceLostError | null> {
  return new Promise((resolve) => {
    const settle = (): void => {
      stop();
      clearTimeout(timer);
      resolve(health.loss());
    };
    const stop = health.onLoss(settle);
    const timer = setTimeout(settle, health.loss() ? 0 : LOSS_TOLD_WITHIN_MS);
  });
}
