// Wasm engines that pretend to live on a device: it can be lost at a chosen call, or report an error.

import type { Engine, EngineModel, ModelSpec } from "../../src/engine/engine";
import type { EngineHealth } from "../../src/engine/health";
import { type Recovery, RecoveringEngine, type RunningEngine } from "../../src/engine/recoveringEngine";
import { DeviceLostError, EngineError } from "../../src/errors";
import { ENGINES } from "./engines";

export async function wasmEngine(): Promise<Engine> {
  const wasm = ENGINES.find(([name]) => name === "wasm");
  if (!wasm) throw new Error("no wasm engine");
  return wasm[1]();
}

/** One device. Its models' calls go through, each counted, until it is lost. */
export class LossyDevice implements EngineHealth {
  calls = 0;
  /** The call in which the device is lost, from 1. */
  loseAt = Number.POSITIVE_INFINITY;
  /** Milliseconds from the failure of the call to the news of the loss; null: the call hangs instead. */
  toldAfter: number | null = null;
  released = false;
  private lost: DeviceLostError | null = null;
  private error: EngineError | null = null;
  private readonly listeners = new Set<(loss: DeviceLostError) => void>();

  loss(): DeviceLostError | null {
    return this.lost;
  }

  takeError(): EngineError | null {
    const { error } = this;
    this.error = null;
    return error;
  }

  onLoss(listener: (loss: DeviceLostError) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  lose(): void {
    this.lost = new DeviceLostError("the device was lost");
    for (const listener of this.listeners) listener(this.lost);
  }

  report(message: string): void {
    this.error = new EngineError(message);
  }

  async run(): Promise<RunningEngine> {
    const engine = await wasmEngine();
    const createModel = async (spec: ModelSpec): Promise<EngineModel> => this.lossy(await engine.createModel(spec));
    const onDevice: Engine = {
      name: "webgpu",
      estimateMemory: (request) => engine.estimateMemory(request),
      createModel,
      counters: () => engine.counters(),
      memoryInUse: () => engine.memoryInUse(),
      dispose: () => engine.dispose(),
    };
    return { engine: onDevice, adapter: "a device", health: this, release: () => void (this.released = true) };
  }

  /** On a lost device nothing answers any more. */
  private lossy(model: EngineModel): EngineModel {
    return new Proxy(model, {
      get: (target, key) => {
        const member = Reflect.get(target, key) as unknown;
        if (typeof member !== "function" || key === "generate") return typeof member === "function" ? member.bind(target) : member;
        return (...args: unknown[]) => {
          if (key !== "dispose" && ++this.calls === this.loseAt) {
            if (this.toldAfter !== null) {
              setTimeout(() => this.lose(), this.toldAfter);
              return Promise.reject(new EngineError("results could not be read"));
            }
            this.lose();
          }
          if (this.lost && key !== "dispose") return new Promise(() => {});
          return Reflect.apply(member, target, args) as unknown;
        };
      },
    });
  }
}

/** Devices in the order in which they are used; after the last one wasm goes on. */
export async function recoveringEngine(devices: readonly LossyDevice[]): Promise<{ engine: RecoveringEngine; recoveries: Recovery[] }> {
  const recoveries: Recovery[] = [];
  const start = async (index: number): Promise<RunningEngine> =>
    devices[index]?.run() ?? { engine: await wasmEngine(), adapter: null, health: null, release: () => {} };
  const engine = new RecoveringEngine(await start(0), { replace: start, onRecovery: (recovery) => recoveries.push(recovery) });
  return { engine, recoveries };
}
