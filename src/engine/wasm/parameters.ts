// One model's parameters in the wasm memory: theta, gradients, AdamW's moments, and the transposed copies the forward pass reads.

import { pow } from "../../elementary";
import { EngineError } from "../../errors";
import type { AdamWStep, TrainingState } from "../engine";
import type { NamedTensor, NamedTensors } from "../layout";
import type { Heap } from "./heap";
import type { Kernels } from "./kernelModule";
import type { Packing } from "../packing";
import { pack, unpack } from "../packing";

/** Transposed weights [in, out] of one layer, byte offsets. */
export interface TransposedLayer {
  readonly qkv: number;
  readonly output: number;
  readonly gateUp: number;
  readonly down: number;
}

interface Optimizer {
  readonly gradients: number;
  readonly firstMoments: number;
  readonly secondMoments: number;
}

export class Parameters {
  readonly packing: Packing;
  readonly theta: number;
  readonly transposed: readonly TransposedLayer[];
  /** [hidden, vocabStride] */
  readonly transposedHead: number;
  private readonly optimizer: Optimizer | null;
  private optimizerSteps = 0;
  private readonly heap: Heap;
  private readonly kernels: Kernels;

  constructor(heap: Heap, kernels: Kernels, packing: Packing, weights: NamedTensors, trainable: boolean) {
    this.heap = heap;
    this.kernels = kernels;
    this.packing = packing;
    const { size, dims } = packing;
    this.theta = heap.allocate(size);
    this.optimizer = trainable
      ? { gradients: heap.allocate(size), firstMoments: heap.allocate(size), secondMoments: heap.allocate(size) }
      : null;
    this.transposed = packing.layers.map(() => ({
      qkv: heap.allocate(dims.hidden * dims.qkvStride),
      output: heap.allocate(dims.attentionStride * dims.hiddenStride),
      gateUp: heap.allocate(dims.hidden * 2 * dims.innerStride),
      down: heap.allocate(dims.innerStride * dims.hiddenStride),
    }));
    this.transposedHead = heap.allocate(dims.hidden * dims.vocabStride);
    if (this.optimizer) {
      this.block(this.optimizer.firstMoments).fill(0);
      this.block(this.optimizer.secondMoments).fill(0);
      this.block(this.optimizer.gradients).fill(0);
    }
    this.write(weights);
  }

  /** Byte offset of a region of theta. */
  weight(offset: number): number {
    return this.theta + offset * 4;
  }
  /** Byte offset of the same region's gradient. */
  gradient(offset: number): number {
    return this.trained().gradients + offset * 4;
  }

  write(weights: NamedTensors): void {
    pack(this.packing, weights, this.block(this.theta));
    this.materialise();
  }
  read(): Map<string, NamedTensor> {
    return unpack(this.packing, this.block(this.theta));
  }
  readGradients(): Map<string, NamedTensor> {
    return unpack(this.packing, this.block(this.trained().gradients));
  }
  zeroGradients(): void {
    this.block(this.trained().gradients).fill(0);
  }

  /**
   * W_eff from theta, in the layout the forward pass reads. With full fine-tuning W_eff is theta itself, so this only
   * transposes; an adapter computes its product here first.
   */
  private materialise(): void {
    const { kernels, packing } = this;
    const { dims } = packing;
    packing.layers.forEach((layer, i) => {
      const target = this.transposed[i] as TransposedLayer;
      kernels.transpose(this.weight(layer.qkv), dims.hiddenStride, target.qkv, dims.qkvStride, dims.qkvStride, dims.hidden);
      kernels.transpose(
        this.weight(layer.output),
        dims.attentionStride,
        target.output,
        dims.hiddenStride,
        dims.hidden,
        dims.attentionStride,
      );
      kernels.transpose(
        this.weight(layer.gateUp),
        dims.hiddenStride,
        target.gateUp,
        2 * dims.innerStride,
        2 * dims.innerStride,
        dims.hidden,
      );
      kernels.transpose(this.weight(layer.down), dims.innerStride, target.down, dims.hiddenStride, dims.hidden, dims.innerStride);
    });
    kernels.transpose(this.weight(packing.lmHead), dims.hiddenStride, this.transposedHead, dims.vocabStride, dims.vocab, dims.hidden);
  }

  /** Global L2 norm of the gradients. */
  gradientNorm(): number {
    return Math.sqrt(this.kernels.sumOfSquares(this.trained().gradients, this.packing.size));
  }

  /** Name of the first tensor whose gradient is not finite, or null. */
  nonFiniteGradient(): string | null {
    for (const [name, { data }] of this.readGradients()) if (!data.every(Number.isFinite)) return `gradient of ${name}`;
    return null;
  }

  /** One AdamW step with gradients scaled by `gradScale` (fact sheet 5.9). */
  adamW(step: AdamWStep, gradScale: number): void {
    const { gradients, firstMoments, secondMoments } = this.trained();
    const { noDecaySize, size } = this.packing;
    this.optimizerSteps++;
    const correction1 = 1 - pow(step.beta1, this.optimizerSteps);
    const correction2 = 1 - pow(step.beta2, this.optimizerSteps);
    const groups = [
      { from: 0, to: noDecaySize, weightDecay: step.weightDecay.noDecay },
      { from: noDecaySize, to: size, weightDecay: step.weightDecay.decay },
    ];
    for (const { from, to, weightDecay } of groups)
      this.kernels.adamW(
        this.theta + from * 4,
        gradients + from * 4,
        firstMoments + from * 4,
        secondMoments + from * 4,
        to - from,
        gradScale,
        1 - step.learningRate * weightDecay,
        step.beta1,
        step.beta2,
        1 - step.beta1,
        1 - step.beta2,
        step.learningRate / correction1,
        1 / Math.sqrt(correction2),
        step.epsilon,
      );
    this.materialise();
  }

  saveState(): TrainingState {
    const { firstMoments, secondMoments } = this.trained();
    return {
      parameters: this.read(),
      firstMoments: unpack(this.packing, this.block(firstMoments)),
      secondMoments: unpack(this.packing, this.block(secondMoments)),
      optimizerSteps: this.optimizerSteps,
    };
  }
  restoreState(state: TrainingState): void {
    const { firstMoments, secondMoments } = this.trained();
    pack(this.packing, state.firstMoments, this.block(firstMoments));
    pack(this.packing, state.secondMoments, this.block(secondMoments));
    this.optimizerSteps = state.optimizerSteps;
    this.write(state.parameters);
  }

  dispose(): void {
    const { heap, optimizer } = this;
    heap.free(this.theta);
    if (optimizer) for (const pointer of Object.values(optimizer)) heap.free(pointer);
    for (const layer of this.transposed) for (const pointer of Object.values(layer)) heap.free(pointer);
    heap.free(this.transposedHead);
  }

  private block(pointer: number): Float32Array {
    return this.heap.floats(pointer, this.packing.size);
  }
  private trained(): Optimizer {
    if (!this.optimizer)
      throw new EngineError("A frozen model was asked for gradients or an optimizer step. Create it with `trainable` set.");
    return this.optimizer;
  }
}
