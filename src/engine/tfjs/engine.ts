// The readable engine: Llama in plain tfjs operations with autodiff, on any tfjs backend. Oracle and fallback for the fused engines.

import * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../../errors";
import type { EngineCounters } from "../counters";
import type { Engine, EngineModel, EngineName, MemoryEstimateRequest, ModelSpec } from "../engine";
import { parameterCount } from "../layout";
import { TfjsModel } from "./model";
import { type TfjsBackend, type TfjsOptions, TfjsRuntime } from "./runtime";

const BYTES_PER_NUMBER = 4;

/**
 * Starts a tfjs backend and wraps it as an engine. Loads only the chosen backend.
 * @throws EngineError when the backend cannot start here.
 */
export async function createTfjsEngine(backend: TfjsBackend, options: TfjsOptions = {}): Promise<Engine> {
  return new TfjsEngine(await TfjsRuntime.start(backend, options));
}

class TfjsEngine implements Engine {
  readonly name: EngineName;
  private readonly runtime: TfjsRuntime;
  private readonly models = new Set<TfjsModel>();
  private disposed = false;

  constructor(runtime: TfjsRuntime) {
    this.runtime = runtime;
    this.name = `tfjs-${runtime.backend}`;
  }

  /**
   * Parameters (with gradient, two moments and one set of new gradients when trainable) plus what one forward pass holds at
   * its peak; autodiff holds every layer's intermediates until the backward pass is over, and about as much again in gradients.
   */
  estimateMemory({ config, trainable, batch, seq }: MemoryEstimateRequest): number {
    const cells = batch * seq;
    const heads = config.numAttentionHeads;
    const headWidth = (heads + 2 * config.numKeyValueHeads) * config.headDim;
    // Two norms of three results each and two residual sums; projections with rotation and transposes; attention; SwiGLU.
    const layer = cells * (8 * config.hiddenSize + 5 * headWidth + 5 * heads * seq + 5 * config.intermediateSize);
    const outputs = cells * (4 * config.vocabSize + 3 * config.hiddenSize);
    const passes = trainable ? 2 * config.numHiddenLayers * layer + 2 * outputs : layer + outputs;
    return BYTES_PER_NUMBER * (parameterCount(config) * (trainable ? 5 : 1) + passes);
  }

  async createModel(spec: ModelSpec): Promise<EngineModel> {
    if (this.disposed) throw new EngineError(`${this.name}: the engine has been disposed. Create a new one.`);
    const model: TfjsModel = new TfjsModel(this.runtime, spec, () => this.models.delete(model));
    this.models.add(model);
    return model;
  }

  counters(): EngineCounters {
    return this.runtime.counters();
  }

  /** All tensors that tfjs holds, those of other tfjs engines in the same thread included. */
  memoryInUse(): number {
    return tf.memory().numBytes;
  }

  /** Disposes the models; the backend stays loaded for the next engine. */
  dispose(): void {
    this.disposed = true;
    for (const model of this.models) model.dispose();
  }
}
