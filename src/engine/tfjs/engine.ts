// The readable engine: Llama in plain tfjs operations with autodiff, on any tfjs backend. Oracle and fallback for the fused engines.

import * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../../errors";
import type { EngineCounters } from "../counters";
import type { Engine, EngineModel, EngineName, LoraParametrisation, MemoryEstimateRequest, ModelSpec, OftParametrisation } from "../engine";
import { parameterCount, parameterSpecs, sizeOf } from "../layout";
import { thetaSpecs } from "../theta";
import type { LlamaConfig } from "../llamaConfig";
import { TfjsModel } from "./model";
import { type TfjsBackend, type TfjsOptions, TfjsRuntime } from "./runtime";

const BYTES_PER_NUMBER = 4;

/** Numbers in the weights that an adapter changes. */
function adaptedCount(config: LlamaConfig, { targets }: LoraParametrisation | OftParametrisation): number {
  const names = new Set(targets.map((target) => (typeof target === "string" ? target : target.name)));
  return parameterSpecs(config).reduce((sum, { name, shape }) => sum + (names.has(name) ? sizeOf(shape) : 0), 0);
}

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
   * Base weights and theta (with gradient, two moments and one set of new gradients; an adapter's weights in effect too) plus everything that one forward pass
   * makes, since a tidy frees nothing before its end; autodiff keeps that and adds the gradients of all of it. Counted from the
   * operations in llama.ts and lossHeads.ts; peaks measured at five sizes were 0.85 to 1.15 of it.
   */
  estimateMemory({ config, trainable, batch, seq }: MemoryEstimateRequest): number {
    const cells = batch * seq;
    const heads = config.numAttentionHeads;
    const headWidth = (heads + 2 * config.numKeyValueHeads) * config.headDim;
    // Norms, residual sums and output projections; projections with rotation and transposes; attention shares; SwiGLU.
    const layer = cells * (12 * config.hiddenSize + 8 * headWidth + 6 * heads * seq + 6 * config.intermediateSize);
    const outputs = cells * (8 * config.vocabSize + 4 * config.hiddenSize);
    const forward = config.numHiddenLayers * layer + outputs;
    const theta = trainable ? thetaSpecs(config, trainable).reduce((sum, { shape }) => sum + sizeOf(shape), 0) : 0;
    const base = trainable?.kind === "full" ? 0 : parameterCount(config);
    // The adapted weights, and their gradients on the way to theta.
    const adapted = trainable?.kind === "lora" || trainable?.kind === "oft" ? 2 * adaptedCount(config, trainable) : 0;
    return Math.round(BYTES_PER_NUMBER * (base + adapted + 5 * theta + forward * (trainable ? 2.3 : 1)));
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
