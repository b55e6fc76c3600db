// The CPU engine: our own SIMD kernels in one WebAssembly memory that all its models share.

import type { EngineCounters } from "../counters";
import { zeroCounters } from "../counters";
import type { Engine, EngineModel, MemoryEstimateRequest, ModelSpec } from "../engine";
import { Heap } from "./heap";
import type { Kernels } from "./kernelModule";
import { loadKernels } from "./kernelModule";
import { WasmModel } from "./model";
import { packingOf, padded } from "../packing";
import { type ThetaPacking, thetaPackingOf } from "../thetaPacking";

/** Theta with gradients and two moments, and a copy of every weight that the adapter changes. */
function adapterFloats({ size, targets }: ThetaPacking): number {
  return targets.reduce((sum, { rows, weight }) => sum + rows * weight.stride, 4 * size);
}

class WasmEngine implements Engine {
  readonly name = "wasm";
  private readonly heap: Heap;
  private readonly kernels: Kernels;
  private readonly count: EngineCounters;
  private readonly models = new Set<EngineModel>();

  constructor(heap: Heap, kernels: Kernels, count: EngineCounters) {
    this.heap = heap;
    this.kernels = kernels;
    this.count = count;
  }

  estimateMemory({ config, trainable, batch, seq }: MemoryEstimateRequest): number {
    const packing = packingOf(config);
    const { dims, size } = packing;
    const layers = config.numHiddenLayers;
    const transposed =
      layers * (dims.hidden * (dims.qkvStride + 2 * dims.innerStride) + (dims.attentionStride + dims.innerStride) * dims.hiddenStride) +
      dims.hidden * dims.vocabStride;
    const rows = batch * seq;
    const perLayer =
      rows * (4 * dims.hiddenStride + dims.qkvStride + dims.attentionStride + 3 * dims.innerStride + 2) +
      batch * dims.heads * seq * padded(seq);
    const backward = rows * (3 * dims.hiddenStride + dims.qkvStride + dims.attentionStride + 3 * dims.innerStride);
    const heads = rows * (dims.vocabStride + 2 * dims.hiddenStride);
    const parameters =
      trainable && trainable.kind !== "full" ? 2 * size + adapterFloats(thetaPackingOf(packing, trainable)) : (trainable ? 4 : 1) * size;
    const floats = parameters + transposed + heads + (trainable ? layers * perLayer + backward : perLayer);
    return floats * 4;
  }

  async createModel(spec: ModelSpec): Promise<EngineModel> {
    const model: EngineModel = new WasmModel(this.heap, this.kernels, this.count, spec, () => this.models.delete(model));
    this.models.add(model);
    return model;
  }

  counters(): EngineCounters {
    return { ...this.count };
  }
  memoryInUse(): number {
    return this.heap.bytesInUse;
  }
  dispose(): void {
    for (const model of [...this.models]) model.dispose();
  }
}

/**
 * @param kernelBytes the compiled kernels (`build/kernels.wasm`), fetched or read by the caller
 * @throws EngineError when they cannot run here.
 */
export async function createWasmEngine(kernelBytes: BufferSource): Promise<Engine> {
  const heap = new Heap();
  const counters = zeroCounters();
  return new WasmEngine(heap, await loadKernels(kernelBytes, heap.memory, counters), counters);
}
