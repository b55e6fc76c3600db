// The WebGPU engine: our own kernels on one GPU device that all its models share.

import type { EngineCounters } from "../counters";
import { zeroCounters } from "../counters";
import type { Engine, EngineModel, MemoryEstimateRequest, ModelSpec } from "../engine";
import { checkWeights } from "../layout";
import { validateLlamaConfig } from "../llamaConfig";
import { packingOf } from "../packing";
import type { Kernel } from "./kernel";
import { biasGradient } from "./kernels/biasGradient";
import { embedding, embeddingGradient } from "./kernels/embedding";
import { LINEAR } from "./kernels/linear";
import { ppoLossKernel, rewardPairLossKernel, sftLossKernel } from "./kernels/lossHeads";
import { adamW, gradientNorm, stepDecision } from "./kernels/optimizer";
import { rmsNorm, rmsNormGainGradient, rmsNormGradient } from "./kernels/rmsNorm";
import { sampleToken } from "./kernels/sampleToken";
import { swiglu } from "./kernels/swiglu";
import { logitsGradient, logSoftmax, tokenStatistics } from "./kernels/tokenStatistics";
import { topTokens } from "./kernels/topTokens";
import { valueHead, valueHeadInputGradient, valueHeadWeightGradient } from "./kernels/valueHead";
import { estimateMemory } from "./memory";
import { WebgpuModel } from "./model";
import type { Tuning } from "./network";
import { modelKernels } from "./network";
import { Pipelines } from "./pipelines";
import { Recorder } from "./recorder";

/** Every kernel that does not depend on a model's shape. */
export const KERNELS: readonly Kernel[] = [
  ...[LINEAR.plain, LINEAR.residual, LINEAR.rotary, LINEAR.input, LINEAR.inputSwiglu, LINEAR.weight].flatMap(({ register, shared }) => [
    register,
    shared,
  ]),
  LINEAR.swiglu,
  swiglu,
  embedding,
  embeddingGradient,
  rmsNorm,
  rmsNormGradient,
  rmsNormGainGradient,
  biasGradient,
  tokenStatistics,
  logitsGradient,
  logSoftmax,
  topTokens,
  valueHead,
  valueHeadInputGradient,
  valueHeadWeightGradient,
  ppoLossKernel,
  sftLossKernel,
  rewardPairLossKernel,
  gradientNorm,
  stepDecision,
  adamW,
  sampleToken,
];

/** Logits of one slice; more rows go through in several. */
const LOGITS_BYTES = 256 * 1024 * 1024;
/** Multiply-adds from which a shared-memory product wins on a graphics card. */
const SHARED_TILE_FROM = 2 ** 24;

class WebgpuEngine implements Engine {
  readonly name = "webgpu";
  private readonly pipelines: Pipelines;
  private readonly recorder: Recorder;
  private readonly count: EngineCounters;
  private readonly tuning: Tuning;
  private readonly models = new Set<EngineModel>();

  constructor(pipelines: Pipelines, recorder: Recorder, count: EngineCounters, tuning: Tuning) {
    this.pipelines = pipelines;
    this.recorder = recorder;
    this.count = count;
    this.tuning = tuning;
  }

  estimateMemory(request: MemoryEstimateRequest): number {
    return estimateMemory(request, this.tuning);
  }

  async createModel(spec: ModelSpec): Promise<EngineModel> {
    validateLlamaConfig(spec.config);
    checkWeights(spec.config, spec.weights);
    await this.pipelines.compile(modelKernels(packingOf(spec.config)));
    const model: EngineModel = new WebgpuModel(this.recorder, spec, this.tuning, () => this.models.delete(model));
    this.models.add(model);
    return model;
  }

  counters(): EngineCounters {
    return { ...this.count };
  }
  memoryInUse(): number {
    return this.recorder.bytesInUse;
  }
  dispose(): void {
    for (const model of [...this.models]) model.dispose();
    this.recorder.dispose();
  }
}

/**
 * @param gpu a device that asked for all its adapter offers; it stays the caller's
 * @param onProgress called with (kernels compiled, kernels in all)
 * @throws EngineError when the device refuses a kernel.
 */
export async function createWebgpuEngine(
  gpu: { readonly device: GPUDevice; readonly adapterName: string },
  onProgress?: (done: number, total: number) => void,
  tuning: Partial<Tuning> = {},
): Promise<Engine> {
  const { device } = gpu;
  const pipelines = new Pipelines(device);
  await pipelines.compile(KERNELS, onProgress);
  const counters = zeroCounters();
  const recorder = new Recorder(device, pipelines, counters);
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  return new WebgpuEngine(pipelines, recorder, counters, {
    sharedTileFrom: SHARED_TILE_FROM,
    logitsBytes: Math.min(LOGITS_BYTES, maxStorageBufferBindingSize, maxBufferSize),
    ...tuning,
  });
}
