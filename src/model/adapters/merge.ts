// An adapter merged into base weights: what a model with this adapter computes, as plain weights.

import type { LoraParametrisation, OftParametrisation } from "../../engine/engine";
import type { NamedTensor, NamedTensors } from "../../engine/layout";
import { adapterTensorName } from "../../engine/theta";
import { ShapeError } from "../../errors";
import { rotationOf } from "./rotation";

interface Mergeable {
  readonly parametrisation: LoraParametrisation | OftParametrisation;
  readonly tensors: NamedTensors;
}

/**
 * LoRA: W + s B A; OFT: W R^T (fact sheet 6.3, 6.4). Sums in float64, rounded once. Weights that are not adapted are shared with
 * `weights`, which stays as it is.
 * @throws ShapeError when a tensor is missing.
 */
export function mergeAdapter(weights: NamedTensors, { parametrisation, tensors }: Mergeable): NamedTensors {
  const merged = new Map(weights);
  const take = (from: NamedTensors, name: string): NamedTensor => {
    const tensor = from.get(name);
    if (!tensor) throw new ShapeError(`Merging an adapter: expected ${name}, but it is missing. Use an adapter of this base.`);
    return tensor;
  };
  if (parametrisation.kind === "lora")
    for (const target of parametrisation.targets) {
      const a = take(tensors, adapterTensorName(target, "lora_A"));
      const b = take(tensors, adapterTensorName(target, "lora_B"));
      merged.set(target, addLowRank(take(weights, target), a, b, parametrisation.scale));
    }
  else
    for (const { name, blockSize } of parametrisation.targets) {
      const skew = take(tensors, adapterTensorName(name, "oft_R"));
      merged.set(name, rotate(take(weights, name), skew, blockSize, parametrisation.cayley));
    }
  return merged;
}

function addLowRank(weight: NamedTensor, a: NamedTensor, b: NamedTensor, scale: number): NamedTensor {
  const [out = 0, into = 0] = weight.shape;
  const [rank = 0] = a.shape;
  const data = Float32Array.from(weight.data);
  const sums = new Float64Array(into);
  for (let o = 0; o < out; o++) {
    sums.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = b.data[o * rank + r] as number;
      for (let i = 0; i < into; i++) sums[i] = (sums[i] as number) + factor * (a.data[r * into + i] as number);
    }
    for (let i = 0; i < into; i++) data[o * into + i] = (data[o * into + i] as number) + scale * (sums[i] as number);
  }
  return { shape: weight.shape, data };
}

/** Row block by row block: W'[o, i] = sum over j of W[o, j] R[i, j]. */
function rotate(weight: NamedTensor, skew: NamedTensor, blockSize: number, cayley: OftParametrisation["cayley"]): NamedTensor {
  const [out = 0, into = 0] = weight.shape;
  const rowLength = (blockSize * (blockSize - 1)) / 2;
  const data = new Float32Array(weight.data.length);
  for (let block = 0; block < into / blockSize; block++) {
    const rotation = rotationOf(skew.data.subarray(block * rowLength, (block + 1) * rowLength), blockSize, cayley);
    for (let o = 0; o < out; o++) {
      const first = o * into + block * blockSize;
      for (let i = 0; i < blockSize; i++) {
        let sum = 0;
        for (let j = 0; j < blockSize; j++) sum += (weight.data[first + j] as number) * (rotation[i * blockSize + j] as number);
        data[first + i] = sum;
      }
    }
  }
  return { shape: weight.shape, data };
}
