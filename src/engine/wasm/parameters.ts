// One model's parameters in the wasm memory: W_eff, its gradient, the transposed copies that the forward pass reads, and theta.

import { EngineError } from "../../errors";
import type { AdamWStep, LoraParametrisation, ModelSpec, OftParametrisation, TrainingState, ValueHead } from "../engine";
import { type NamedTensor, type NamedTensors, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "../layout";
import { pack, type Packing, unpack } from "../packing";
import { extentOf, type Placement, type Run, thetaPackingOf } from "../thetaPacking";
import { Adapters } from "./adapters";
import type { Heap } from "./heap";
import type { Kernels } from "./kernelModule";
import { Theta } from "./theta";

/** Transposed weights [in, out] of one layer, byte offsets. */
export interface TransposedLayer {
  readonly qkv: number;
  readonly output: number;
  readonly gateUp: number;
  readonly down: number;
}

/** Theta and the gradient that it is pulled back from. */
interface Trained {
  readonly theta: Theta;
  /** dLoss/dW_eff, byte offset; with full fine-tuning theta's own gradients. */
  readonly gradients: number;
  /** Parts of theta that W_eff holds as they are, to be copied; none with full fine-tuning. */
  readonly runs: readonly Run[];
  /** Parts of W_eff whose gradient theta depends on; null: all. */
  readonly reached: readonly Placement[] | null;
}

export class Parameters {
  readonly packing: Packing;
  readonly transposed: readonly TransposedLayer[];
  /** [hidden, vocabStride] */
  readonly transposedHead: number;
  private readonly weights: number;
  private readonly trained: Trained | null;
  private readonly adapters: Adapters;
  private readonly heap: Heap;
  private readonly kernels: Kernels;

  /** The spec has been checked. */
  constructor(heap: Heap, kernels: Kernels, packing: Packing, spec: ModelSpec) {
    this.heap = heap;
    this.kernels = kernels;
    this.packing = packing;
    const { size, dims } = packing;
    this.weights = heap.allocate(size);
    pack(packing, spec.weights, heap.floats(this.weights, size));
    this.adapters = new Adapters(heap, kernels, packing, this.weights);
    this.trained = this.makeTheta(spec);
    this.transposed = packing.layers.map(() => ({
      qkv: heap.allocate(dims.hidden * dims.qkvStride),
      output: heap.allocate(dims.attentionStride * dims.hiddenStride),
      gateUp: heap.allocate(dims.hidden * 2 * dims.innerStride),
      down: heap.allocate(dims.innerStride * dims.hiddenStride),
    }));
    this.transposedHead = heap.allocate(dims.hidden * dims.vocabStride);
    this.thetaChanged();
  }

  private makeTheta({ trainable, weights, adapter }: ModelSpec): Trained | null {
    const { heap, kernels, packing } = this;
    if (!trainable) return null;
    const gradients = heap.allocate(packing.size);
    if (trainable.kind === "full")
      return { theta: new Theta(heap, kernels, packing, { values: this.weights, gradients }), gradients, runs: [], reached: null };
    const thetaPacking = thetaPackingOf(packing, trainable);
    const { runs, targets } = thetaPacking;
    const theta = new Theta(heap, kernels, thetaPacking, null);
    theta.write(new Map([...weights, ...(adapter ?? [])]));
    if (trainable.kind !== "freeze") this.adapters.addTrained(trainable, targets, theta.values);
    heap.floats(gradients, packing.size).fill(0);
    const names = new Set(trainable.kind === "freeze" ? trainable.trained : []);
    const reached = [...packing.placements.filter(({ name }) => names.has(name)), ...targets.map(({ weight }) => weight)];
    return { theta, gradients, runs, reached };
  }

  /** Byte offset of a region of W_eff. */
  weight(offset: number): number {
    return this.weights + offset * 4;
  }
  /** Byte offset of the same region's gradient. */
  gradient(offset: number): number {
    return this.needTrained().gradients + offset * 4;
  }
  /** Whether theta depends on any of `floats` of W_eff from `offset` on; the gradient of others is not needed. */
  reaches(offset: number, floats: number): boolean {
    const { reached } = this.needTrained();
    return reached === null || reached.some((part) => part.base < offset + floats && part.base + extentOf(part) > offset);
  }

  read(): Map<string, NamedTensor> {
    return unpack(this.packing, this.heap.floats(this.weights, this.packing.size));
  }
  readGradients(): Map<string, NamedTensor> {
    this.pullBack();
    return this.needTrained().theta.readGradients();
  }
  zeroGradients(): void {
    this.heap.floats(this.needTrained().gradients, this.packing.size).fill(0);
  }

  /** dtheta = J^T dW. */
  private pullBack(): void {
    const { theta, gradients, runs } = this.needTrained();
    for (const run of runs) this.copy(gradients + run.weights * 4, theta.gradients + run.theta * 4, run.floats);
    this.adapters.pullBack(gradients, theta.gradients);
  }

  /** W_eff from theta, in the layouts that the network reads. */
  private thetaChanged(): void {
    if (this.trained) {
      const { theta, runs } = this.trained;
      for (const run of runs) this.copy(theta.values + run.theta * 4, this.weight(run.weights), run.floats);
    }
    this.adapters.materialise();
    this.transpose();
  }

  private transpose(): void {
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

  /** Global L2 norm of theta's gradients, which are pulled back here for `nonFiniteGradient` and `adamW` too. */
  gradientNorm(): number {
    this.pullBack();
    return this.needTrained().theta.gradientNorm();
  }
  nonFiniteGradient(): string | null {
    return this.needTrained().theta.nonFiniteGradient();
  }
  adamW(step: AdamWStep, gradScale: number): void {
    this.needTrained().theta.adamW(step, gradScale);
    this.thetaChanged();
  }

  saveState(): TrainingState {
    return this.needTrained().theta.saveState();
  }
  restoreState(state: TrainingState): void {
    this.needTrained().theta.restoreState(state);
    this.thetaChanged();
  }

  addAdapter(name: string, parametrisation: LoraParametrisation | OftParametrisation, tensors: NamedTensors): void {
    this.adapters.add(name, parametrisation, tensors);
  }
  setAdapter(name: string | null): void {
    this.adapters.put(name);
    this.transpose();
  }

  readHead(): ValueHead {
    const { dims, valueWeight, valueBias } = this.packing;
    const weight = this.heap.floats(this.weight(valueWeight), dims.hidden).slice();
    return { weight, bias: this.heap.floats(this.weight(valueBias), 1)[0] as number };
  }
  /** Into W_eff and, when trained, theta. */
  writeHead({ weight, bias }: ValueHead): void {
    const { packing, trained, heap } = this;
    const put = (block: number, placements: readonly Placement[]) => {
      for (const { name, base } of placements) {
        if (name === VALUE_HEAD_WEIGHT) heap.f32.set(weight, block / 4 + base);
        if (name === VALUE_HEAD_BIAS) heap.f32[block / 4 + base] = bias;
      }
    };
    put(this.weights, packing.placements);
    if (trained) put(trained.theta.values, trained.theta.packing.placements);
  }

  dispose(): void {
    const { heap, trained } = this;
    heap.free(this.weights);
    this.adapters.dispose();
    if (trained) {
      trained.theta.dispose();
      heap.free(trained.gradients);
    }
    for (const layer of this.transposed) for (const pointer of Object.values(layer)) heap.free(pointer);
    heap.free(this.transposedHead);
  }

  private copy(from: number, to: number, floats: number): void {
    this.heap.f32.copyWithin(to >> 2, from >> 2, (from >> 2) + floats);
  }
  private needTrained(): Trained {
    if (!this.trained) throw new EngineError("The wasm engine wanted gradients of a frozen model. Please report this.");
    return this.trained;
  }
}
