// The adapters of one model: base copies of every weight that any of them changes, and W_eff made from those for the one in force.

import { DEFAULT_ADAPTER, type LoraParametrisation, type OftParametrisation } from "../engine";
import type { NamedTensors } from "../layout";
import { pack, type Packing } from "../packing";
import { adapterPackingOf, type AdapterTarget } from "../thetaPacking";
import type { AdaptedWeight, WeightAdapter } from "./adaptedWeight";
import type { Heap } from "./heap";
import type { Kernels } from "./kernelModule";
import { LoraWeight } from "./lora";
import { OftWeight, windowsOf } from "./oft";
import { Workspace } from "./workspace";

interface Adapter {
  readonly targets: readonly AdapterTarget[];
  /** One a target. */
  readonly weights: readonly WeightAdapter[];
  /** The adapter's own block; null when its tensors lie in theta. */
  readonly block: number | null;
}

export class Adapters {
  private readonly heap: Heap;
  private readonly kernels: Kernels;
  private readonly scratch: Workspace;
  private readonly packing: Packing;
  /** Byte offset of W_eff. */
  private readonly weights: number;
  private readonly byName = new Map<string, Adapter>();
  /** Base copies by the weight's offset in the packing; byte offsets. */
  private readonly bases = new Map<number, { readonly base: number; readonly floats: number }>();
  private inForce: Adapter | null = null;

  constructor(heap: Heap, kernels: Kernels, packing: Packing, weights: number) {
    this.heap = heap;
    this.kernels = kernels;
    this.scratch = new Workspace(heap);
    this.packing = packing;
    this.weights = weights;
  }

  /** The adapter that is trained, in force from the start. `theta`: byte offset of the block that its tensors lie in. */
  addTrained(parametrisation: LoraParametrisation | OftParametrisation, targets: readonly AdapterTarget[], theta: number): void {
    this.inForce = this.register(DEFAULT_ADAPTER, parametrisation, targets, theta, null);
  }

  /** See EngineModel.addAdapter; the tensors have been checked. */
  add(name: string, parametrisation: LoraParametrisation | OftParametrisation, tensors: NamedTensors): void {
    const { targets, end } = adapterPackingOf(this.packing, parametrisation);
    const block = this.heap.allocate(end);
    pack({ placements: targets.flatMap((target) => target.tensors) }, tensors, this.heap.floats(block, end));
    this.register(name, parametrisation, targets, block, block);
  }

  private register(
    name: string,
    parametrisation: LoraParametrisation | OftParametrisation,
    targets: readonly AdapterTarget[],
    block: number,
    own: number | null,
  ): Adapter {
    const weights = targets.map((target, i) => this.adapt(target, block, parametrisation, i));
    const adapter = { targets, weights, block: own };
    this.byName.set(name, adapter);
    return adapter;
  }

  private adapt(target: AdapterTarget, block: number, parametrisation: LoraParametrisation | OftParametrisation, i: number): WeightAdapter {
    const { heap, kernels, scratch } = this;
    const { weight, rows } = target;
    const place: AdaptedWeight = {
      rows,
      stride: weight.stride,
      base: this.baseOf(target),
      effective: this.weights + weight.base * 4,
      tensors: target.tensors.map(({ base }) => block + base * 4),
    };
    if (parametrisation.kind === "lora") return new LoraWeight({ heap, kernels, scratch }, place, parametrisation);
    const { blockSize } = parametrisation.targets[i] as OftParametrisation["targets"][number];
    return new OftWeight({ heap, kernels, scratch }, place, parametrisation, windowsOf(weight.cols, weight.stride, blockSize));
  }

  /** A weight that no adapter has changed yet is still the base. */
  private baseOf({ weight, rows }: AdapterTarget): number {
    const known = this.bases.get(weight.base);
    if (known) return known.base;
    const floats = rows * weight.stride;
    const base = this.heap.allocate(floats);
    const from = this.weights / 4 + weight.base;
    this.heap.f32.copyWithin(base >> 2, from, from + floats);
    this.bases.set(weight.base, { base, floats });
    return base;
  }

  /** W_eff := base weights, then the adapter in force. */
  put(name: string | null): void {
    this.inForce = name === null ? null : (this.byName.get(name) ?? null);
    for (const [offset, { base, floats }] of this.bases)
      this.heap.f32.copyWithin(this.weights / 4 + offset, base >> 2, (base >> 2) + floats);
    this.materialise();
  }

  /** W_eff of what the adapter in force changes. */
  materialise(): void {
    for (const weight of this.inForce?.weights ?? []) weight.materialise();
  }

  /**
   * Overwrites the trained adapter's gradients with J^T dW.
   * @param dWeights byte offset of dW
   * @param dTheta byte offset of theta's gradients
   */
  pullBack(dWeights: number, dTheta: number): void {
    const trained = this.byName.get(DEFAULT_ADAPTER);
    for (const [i, { weight, tensors }] of (trained?.targets ?? []).entries())
      trained?.weights[i]?.pullBack({
        effective: dWeights + weight.base * 4,
        tensors: tensors.map(({ base }) => dTheta + base * 4),
      });
  }

  dispose(): void {
    for (const { base } of this.bases.values()) this.heap.free(base);
    for (const { block } of this.byName.values()) if (block !== null) this.heap.free(block);
    this.scratch.dispose();
  }
}
