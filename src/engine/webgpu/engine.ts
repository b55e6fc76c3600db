// The WebGPU engine: our own kernels on one GPU device that all its models share.

import type { EngineCounters } from "../counters";
import { zeroCounters } from "../counters";
import type { Engine, EngineModel, MemoryEstimateRequest, ModelSpec } from "../engine";
import { ModelRules } from "../modelRules";
import { packingOf } from "../packing";
import { adapterKernels } from "./adapter";
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

/** Every kernel that does not depend on a model's shape, as far as the tuning uses it. */
function kernelsFor({ sharedTileFrom, splitFrom, rowSharing, gradientTile }: Tuning): readonly Kernel[] {
  const forward = [LINEAR.plain, LINEAR.residual, LINEAR.rotary];
  const gradients = [LINEAR.input, LINEAR.inputSwiglu, LINEAR.weight];
  return [
    ...forward.map(({ register }): Kernel => register),
    ...gradients.map((tilings): Kernel => tilings[gradientTile]),
    ...(Number.isFinite(sharedTileFrom) ? [...[...forward, ...gradients].map(({ shared }): Kernel => shared), swiglu] : []),
    ...(Number.isFinite(splitFrom) ? [LINEAR.weight.split] : []),
    LINEAR.swiglu,
    embedding,
    embeddingGradient,
    rmsNorm,
    rmsNormGradient,
    rmsNormGainGradient,
    biasGradient,
    tokenStatistics[rowSharing],
    logitsGradient,
    logSoftmax,
    topTokens[rowSharing],
    valueHead,
    valueHeadInputGradient,
    valueHeadWeightGradient,
    ppoLossKernel,
    sftLossKernel,
    rewardPairLossKernel,
    gradientNorm,
    stepDecision,
    adamW,
    sampleToken[rowSharing],
  ];
}

/** Logits of one slice; more rows go through in several. */
const LOGITS_BYTES = 256 * 1024 * 1024;
/** Token columns of one slice of an evaluation: bounds the memory that activations need. */
const SLICE_TOKENS = 16_384;
/** Multiply-adds from which a shared-memory product wins on a graphics card. */
const SHARED_TILE_FROM = 16_777_216;
const SHARED_TILE_ROWS = 32;
/** Rows of a minibatch from which one thread per 4x4 results of a small weight sums too long. */
const SPLIT_FROM = 128;

class WebgpuEngine implements Engine {
  readonly name = "webgpu";
  private readonly recorder: Recorder;
  private readonly count: EngineCounters;
  private readonly tuning: Tuning;
  private readonly models = new Set<EngineModel>();

  constructor(recorder: Recorder, count: EngineCounters, tuning: Tuning) {
    this.recorder = recorder;
    this.count = count;
    this.tuning = tuning;
  }

  estimateMemory(request: MemoryEstimateRequest): number {
    return estimateMemory(request, this.tuning);
  }

  async createModel(spec: ModelSpec): Promise<EngineModel> {
    const rules = new ModelRules(spec);
    const { trainable } = spec;
    const adapted = trainable?.kind === "lora" || trainable?.kind === "oft" ? adapterKernels(trainable) : [];
    await this.recorder.compile([...modelKernels(packingOf(spec.config)), ...adapted]);
    const model: EngineModel = new WebgpuModel(this.recorder, spec, rules, this.tuning, () => this.models.delete(model));
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
 * @param gpu a device that asked for all its adapter offers; it stays the caller's. `software`: its adapter is a program on the
 * CPU, for which barriers are slow
 * @param onProgress called with (kernels compiled, kernels in all)
 * @param tuning what shall differ from the choice for the device
 * @throws EngineError when the device refuses a kernel.
 */
export async function createWebgpuEngine(
  gpu: { readonly device: GPUDevice; readonly adapterName: string; readonly software?: boolean },
  onProgress?: (done: number, total: number) => void,
  tuning: Partial<Tuning> = {},
): Promise<Engine> {
  const { device, software = false } = gpu;
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  const chosen: Tuning = {
    sharedTileFrom: software ? Number.POSITIVE_INFINITY : SHARED_TILE_FROM,
    gradientTile: software ? "wide" : "register",
    sharedTileRows: SHARED_TILE_ROWS,
    splitFrom: software ? Number.POSITIVE_INFINITY : SPLIT_FROM,
    rowSharing: software ? "alone" : "together",
    logitsBytes: Math.min(LOGITS_BYTES, maxStorageBufferBindingSize, maxBufferSize),
    sliceTokens: SLICE_TOKENS,
    ...tuning,
  };
  const pipelines = new Pipelines(device);
  await pipelines.compile(kernelsFor(chosen), onProgress);
  const counters = zeroCounters();
  return new WebgpuEngine(new Recorder(device, pipelines, counters), counters, chosen);
}
