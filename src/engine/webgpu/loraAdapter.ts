// LoRA adapters: one dispatch makes the effective weights of all targets, one pulls their gradients back.

import type { LoraParametrisation } from "../engine";
import { padded } from "../packing";
import type { AdapterTarget, Placement } from "../thetaPacking";
import type { Adapter, AdapterParts } from "./adapter";
import type { Kernel } from "./kernel";
import { LORA_TARGETS, loraGradient, loraWeights } from "./kernels/lora";
import { sharedThreads } from "./kernels/targets";

export const loraKernels: readonly Kernel[] = [loraWeights, loraGradient];

export function loraAdapter({ rank, scale }: LoraParametrisation, { recorder, targets: adapted, tensors }: AdapterParts): Adapter {
  const rank4 = padded(rank) / 4;
  const records = adapted.map(({ weight, rows, tensors: [a, b] }: AdapterTarget) => ({
    weight4: weight.base / 4,
    width4: weight.stride / 4,
    rows,
    a4: (a as Placement).base / 4,
    b4: (b as Placement).base / 4,
  }));
  const targets = recorder.table("adapter targets", LORA_TARGETS.pack(records));
  const ofWeights = sharedThreads(records.map(({ rows, width4 }) => rows * width4));
  const ofGradient = sharedThreads(records.map(({ rows, width4 }) => rank * width4 + rows * rank4));
  return {
    materialise: (base, weights) => recorder.dispatch(loraWeights, { targets, tensors, base, weights }, { rank, rank4, scale }, ofWeights),
    pullBack: (_, dWeights, gradients) =>
      recorder.dispatch(loraGradient, { targets, tensors, dWeights, gradients }, { rank, rank4, scale }, ofGradient),
    dispose: () => recorder.free(targets),
  };
}
