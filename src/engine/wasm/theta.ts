// The trained parameters of one model in the wasm memory: a flat block of values, their gradients and AdamW's moments.

import { pow } from "../../elementary";
import type { AdamWStep, TrainingState } from "../engine";
import type { NamedTensor, NamedTensors } from "../layout";
import { pack, unpack } from "../packing";
import type { Block } from "../thetaPacking";
import type { Heap } from "./heap";
import type { Kernels } from "./kernelModule";

export class Theta {
  readonly packing: Block;
  /** Byte offsets. */
  readonly values: number;
  readonly gradients: number;
  private readonly firstMoments: number;
  private readonly secondMoments: number;
  /** Blocks to free. */
  private readonly own: readonly number[];
  private optimizerSteps = 0;
  private readonly heap: Heap;
  private readonly kernels: Kernels;

  /** @param shared blocks that are W_eff and dW as well, with full fine-tuning; null: blocks of its own */
  constructor(heap: Heap, kernels: Kernels, packing: Block, shared: { readonly values: number; readonly gradients: number } | null) {
    this.heap = heap;
    this.kernels = kernels;
    this.packing = packing;
    const { size } = packing;
    this.values = shared?.values ?? heap.allocate(size);
    this.gradients = shared?.gradients ?? heap.allocate(size);
    this.firstMoments = heap.allocate(size);
    this.secondMoments = heap.allocate(size);
    this.own = [...(shared ? [] : [this.values, this.gradients]), this.firstMoments, this.secondMoments];
    for (const pointer of [this.gradients, this.firstMoments, this.secondMoments]) this.block(pointer).fill(0);
  }

  write(tensors: NamedTensors): void {
    pack(this.packing, tensors, this.block(this.values));
  }
  readGradients(): Map<string, NamedTensor> {
    return unpack(this.packing, this.block(this.gradients));
  }

  /** Global L2 norm of the gradients. */
  gradientNorm(): number {
    return Math.sqrt(this.kernels.sumOfSquares(this.gradients, this.packing.size));
  }

  /** Name of the first tensor whose gradient is not finite, or null. */
  nonFiniteGradient(): string | null {
    for (const [name, { data }] of this.readGradients()) if (!data.every(Number.isFinite)) return `gradient of ${name}`;
    return null;
  }

  /** One AdamW step with gradients scaled by `gradScale` (fact sheet 5.9). */
  adamW(step: AdamWStep, gradScale: number): void {
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
        this.values + from * 4,
        this.gradients + from * 4,
        this.firstMoments + from * 4,
        this.secondMoments + from * 4,
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
  }

  saveState(): TrainingState {
    return {
      parameters: unpack(this.packing, this.block(this.values)),
      firstMoments: unpack(this.packing, this.block(this.firstMoments)),
      secondMoments: unpack(this.packing, this.block(this.secondMoments)),
      optimizerSteps: this.optimizerSteps,
    };
  }
  restoreState(state: TrainingState): void {
    this.write(state.parameters);
    pack(this.packing, state.firstMoments, this.block(this.firstMoments));
    pack(this.packing, state.secondMoments, this.block(this.secondMoments));
    this.optimizerSteps = state.optimizerSteps;
  }

  dispose(): void {
    for (const pointer of this.own) this.heap.free(pointer);
  }

  private block(pointer: number): Float32Array {
    return this.heap.floats(pointer, this.packing.size);
  }
}
