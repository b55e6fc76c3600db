// OFT adapters: two dispatches make rotations and the effective weights of all targets, two or three pull their gradients back.

import { neumannCoefficients } from "../cayley";
import type { OftParametrisation } from "../engine";
import type { AdapterTarget, Placement } from "../thetaPacking";
import type { Adapter, AdapterParts } from "./adapter";
import type { Kernel } from "./kernel";
import { LANES } from "./kernels/helpers";
import { GRADIENT_SLOTS, OFT_TARGETS, oftGradient, oftRotation, oftRotationGradient, oftWeights, ROTATION_SLOTS } from "./kernels/oft";
import { sharedThreads } from "./kernels/targets";

export function oftKernels({ cayley: { kind } }: OftParametrisation): readonly Kernel[] {
  return [oftRotation[kind], oftWeights, oftRotationGradient, oftGradient[kind]];
}

/** Words of scratch for rotations and for their gradients. */
export function oftScratch({ cayley, targets: blocks }: OftParametrisation, targets: readonly AdapterTarget[]) {
  const elements = targets.reduce((sum, { weight }, i) => sum + weight.cols.length * (blocks[i]?.blockSize ?? 0), 0);
  return { rotations: ROTATION_SLOTS * elements, gradients: GRADIENT_SLOTS[cayley.kind] * elements };
}

function recordsOf({ targets: blocks }: OftParametrisation, targets: readonly AdapterTarget[]) {
  let before = 0;
  return targets.map(({ weight: { base, stride, cols }, rows, tensors: [r] }, i) => {
    const { base: tensor, stride: tensorStride } = r as Placement;
    const block = blocks[i]?.blockSize ?? 0;
    const inputs = cols.length;
    // Columns of heads come in bundles with padding behind each.
    const jump = cols.findIndex((column, input) => column !== input);
    const bundle = jump < 0 ? inputs : jump;
    const record = {
      weight: base,
      stride,
      rows,
      inputs,
      bundle,
      bundleStride: cols[bundle] ?? inputs,
      block,
      tensor,
      tensorStride,
      before,
    };
    before += inputs * block;
    return record;
  });
}

export function oftAdapter(parametrisation: OftParametrisation, { recorder, workspace, targets: adapted, tensors }: AdapterParts): Adapter {
  const { cayley } = parametrisation;
  const records = recordsOf(parametrisation, adapted);
  const targets = recorder.table("adapter targets", OFT_TARGETS.pack(records));
  const words = oftScratch(parametrisation, adapted);
  const ofBlocks = [LANES * Math.max(0, ...records.map(({ inputs, block }) => inputs / block)), records.length] as const;
  const ofWeights = sharedThreads(records.map(({ rows, inputs }) => rows * inputs));
  const ofRotations = sharedThreads(records.map(({ inputs, block }) => inputs * block));
  const coefficients = cayley.kind === "neumann" ? neumannCoefficients(cayley.terms) : [];
  const series = { degree: coefficients.length - 1, last: coefficients.at(-1) as number };

  const rotate = () => {
    const rotations = workspace.get("rotations", words.rotations);
    if (cayley.kind === "exact") recorder.dispatch(oftRotation.exact, { targets, tensors, rotations }, {}, ofBlocks);
    else recorder.dispatch(oftRotation.neumann, { targets, tensors, rotations }, series, ofBlocks);
    return rotations;
  };
  return {
    materialise: (base, weights) => recorder.dispatch(oftWeights, { targets, rotations: rotate(), base, weights }, {}, ofWeights),
    pullBack: (base, dWeights, gradients) => {
      const scratch = workspace.get("rotation gradients", words.gradients);
      recorder.dispatch(oftRotationGradient, { targets, base, dWeights, scratch }, { slots: GRADIENT_SLOTS[cayley.kind] }, ofRotations);
      // Another adapter's rotations may have been made since this one's.
      if (cayley.kind === "exact") recorder.dispatch(oftGradient.exact, { targets, rotations: rotate(), scratch, gradients }, {}, ofBlocks);
      else recorder.dispatch(oftGradient.neumann, { targets, tensors, scratch, gradients }, series, ofBlocks);
    },
    dispose: () => recorder.free(targets),
  };
}
