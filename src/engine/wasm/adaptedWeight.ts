// One weight that an adapter changes: where it lies, before and after, and what is needed to compute on it.

import type { Heap } from "./heap";
import type { Kernels } from "./kernelModule";
import type { Workspace } from "./workspace";

/** A packed weight [rows, stride] and the adapter's tensors for it; all byte offsets. */
export interface AdaptedWeight {
  readonly rows: number;
  readonly stride: number;
  /** W, the base weight. */
  readonly base: number;
  /** W_eff, what the network reads. */
  readonly effective: number;
  /** As `AdapterTarget.tensors`. */
  readonly tensors: readonly number[];
}

/** Gradients that belong to an AdaptedWeight; byte offsets. */
export interface AdaptedGradient {
  /** dLoss/dW_eff */
  readonly effective: number;
  readonly tensors: readonly number[];
}

export interface Machine {
  readonly heap: Heap;
  readonly kernels: Kernels;
  readonly scratch: Workspace;
}

/** How an adapter of one kind changes one weight. */
export interface WeightAdapter {
  /** W_eff from W and the adapter's tensors. */
  materialise(): void;
  /** Overwrites the tensors' gradients with J^T dW. */
  pullBack(gradient: AdaptedGradient): void;
}
