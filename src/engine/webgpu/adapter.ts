// An adapter on the GPU: from its tensors to effective weights, and from gradients of those back to its own.

import type { LoraParametrisation, OftParametrisation } from "../engine";
import type { AdapterTarget } from "../thetaPacking";
import type { Buffer } from "./buffers";
import type { Kernel } from "./kernel";
import { loraAdapter, loraKernels } from "./loraAdapter";
import { oftAdapter, oftKernels } from "./oftAdapter";
import type { Recorder } from "./recorder";
import type { Workspace } from "./workspace";

export interface Adapter {
  /** Records what makes the targets' effective weights. */
  materialise(base: Buffer, weights: Buffer): void;
  /** Records what makes gradients of the adapter's tensors, over what was there; they lie like the tensors. */
  pullBack(base: Buffer, dWeights: Buffer, gradients: Buffer): void;
  dispose(): void;
}

/** What an adapter is made of. */
export interface AdapterParts {
  readonly recorder: Recorder;
  readonly workspace: Workspace;
  readonly targets: readonly AdapterTarget[];
  /** Holds the adapter's tensors where the targets say; it stays the caller's. */
  readonly tensors: Buffer;
}

/** Kernels that an adapter of this kind needs. */
export function adapterKernels(parametrisation: LoraParametrisation | OftParametrisation): readonly Kernel[] {
  return parametrisation.kind === "lora" ? loraKernels : oftKernels(parametrisation);
}

export function createAdapter(parametrisation: LoraParametrisation | OftParametrisation, parts: AdapterParts): Adapter {
  return parametrisation.kind === "lora" ? loraAdapter(parametrisation, parts) : oftAdapter(parametrisation, parts);
}
