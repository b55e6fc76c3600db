// W_eff as a function of theta in plain tfjs operations, so that autodiff pulls gradients back through it.

import * as tf from "@tensorflow/tfjs-core";
import { neumannCoefficients, upperTriangle } from "../cayley";
import type { LoraParametrisation, OftParametrisation } from "../engine";
import { adapterTensorName } from "../theta";
import type { Weights } from "./llama";
import { gatherRows } from "./rows";
import type { TfjsRuntime } from "./runtime";

/** The adapted weights alone, by the names of the weights that they replace. */
export function adaptedWeights(
  runtime: TfjsRuntime,
  base: Weights,
  parametrisation: LoraParametrisation | OftParametrisation,
  tensors: Weights,
): Map<string, tf.Tensor> {
  const named = (target: string, tensor: Parameters<typeof adapterTensorName>[1]) =>
    tensors.get(adapterTensorName(target, tensor)) as tf.Tensor;
  if (parametrisation.kind === "lora")
    return new Map(
      parametrisation.targets.map((target) => [
        target,
        lora(base.get(target) as tf.Tensor, named(target, "lora_A"), named(target, "lora_B"), parametrisation.scale),
      ]),
    );
  return new Map(
    parametrisation.targets.map(({ name, blockSize }) => {
      const q = skewBlocks(runtime, named(name, "oft_R"), blockSize);
      return [name, turned(base.get(name) as tf.Tensor, rotations(q, parametrisation.cayley))];
    }),
  );
}

/** W + scale B A (fact sheet 6.3). w [out, in], a [rank, in], b [out, rank] */
function lora(w: tf.Tensor, a: tf.Tensor, b: tf.Tensor, scale: number): tf.Tensor {
  return tf.add(w, tf.mul(tf.matMul(b, a), scale));
}

/** Q = U - U^T of every block from its strict upper triangle. numbers [k, b (b - 1) / 2] -> [k, b, b] */
function skewBlocks(runtime: TfjsRuntime, numbers: tf.Tensor, blockSize: number): tf.Tensor {
  const index = new Int32Array(blockSize * blockSize);
  const sign = new Float32Array(blockSize * blockSize);
  for (const [i, [row, column]] of upperTriangle(blockSize).entries()) {
    const [above, below] = [row * blockSize + column, column * blockSize + row];
    index[above] = index[below] = i;
    sign[above] = 1;
    sign[below] = -1;
  }
  const entries = gatherRows(tf.transpose(numbers), runtime.upload(index, [index.length]) as tf.Tensor1D); // [b b, k]
  const signed = tf.mul(entries, runtime.upload(sign, [sign.length, 1]));
  return tf.reshape(tf.transpose(signed), [-1, blockSize, blockSize]);
}

/** R of every block by Cayley's transform or its Neumann series (fact sheet 6.4). [k, b, b] -> [k, b, b] */
function rotations(q: tf.Tensor, cayley: OftParametrisation["cayley"]): tf.Tensor {
  const one = tf.eye(q.shape[1] as number);
  // (I - Q)(I + Q)^-1 = 2 (I + Q)^-1 - I
  if (cayley.kind === "exact") return tf.sub(tf.mul(inverse(tf.add(one, q)), 2), one);
  const [last, ...others] = neumannCoefficients(cayley.terms).toReversed() as [number, ...number[]];
  return others
    .slice(1)
    .reduce<tf.Tensor>(
      (sum, coefficient) => tf.add(tf.mul(one, coefficient), tf.matMul(q, sum)),
      tf.add(tf.mul(one, others[0] as number), tf.mul(q, last)),
    );
}

/** Inverses of [k, n, n] by halves (Schur complement); the symmetric parts must be positive definite, as those of I + Q are. */
function inverse(m: tf.Tensor): tf.Tensor {
  const size = m.shape[1] as number;
  if (size === 1) return tf.div(1, m);
  const half = Math.floor(size / 2);
  const part = (row: number, column: number, rows: number, columns: number) => tf.slice(m, [0, row, column], [-1, rows, columns]);
  const rest = size - half;
  const a = inverse(part(0, 0, half, half));
  const ab = tf.matMul(a, part(0, half, half, rest)); // A^-1 B
  const ca = tf.matMul(part(half, 0, rest, half), a); // C A^-1
  const s = inverse(tf.sub(part(half, half, rest, rest), tf.matMul(part(half, 0, rest, half), ab))); // (D - C A^-1 B)^-1
  const abs = tf.matMul(ab, s);
  const top = tf.concat([tf.add(a, tf.matMul(abs, ca)), tf.neg(abs)], 2);
  const bottom = tf.concat([tf.neg(tf.matMul(s, ca)), s], 2);
  return tf.concat([top, bottom], 1);
}

/** W R^T, block by block of W's columns. w [out, k b], r [k, b, b] */
function turned(w: tf.Tensor, r: tf.Tensor): tf.Tensor {
  const [blocks, blockSize] = r.shape as [number, number];
  const parts = tf.transpose(tf.reshape(w, [-1, blocks, blockSize]), [1, 0, 2]); // [k, out, b]
  return tf.reshape(tf.transpose(tf.matMul(parts, r, false, true), [1, 0, 2]), w.shape);
}
