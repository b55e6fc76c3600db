// Picking and placing rows of a matrix by index, differentiable on every backend (tfjs' own gather has no gradient on wasm).

import * as tf from "@tensorflow/tfjs-core";

/**
 * table[indices]. The gradient adds each row back where it came from.
 * @param table [rows, ...rest]
 * @param indices [n] int32, each in [0, rows)
 * @returns [n, ...rest]
 */
export function gatherRows(table: tf.Tensor, indices: tf.Tensor1D): tf.Tensor {
  const rows = table.shape[0] as number;
  const gather = tf.customGrad((x) => ({
    value: tf.gather(x as tf.Tensor, indices),
    gradFunc: (dy: tf.Tensor) => placeRows(dy, indices, rows),
  }));
  return gather(table);
}

/**
 * Zeros with `values` added at `indices`, the transpose of `gatherRows`.
 * @param values [n, ...rest]
 * @param indices [n] int32, each in [0, rows)
 * @returns [rows, ...rest]
 */
export function scatterRows(values: tf.Tensor, indices: tf.Tensor1D, rows: number): tf.Tensor {
  const scatter = tf.customGrad((x) => ({
    value: placeRows(x as tf.Tensor, indices, rows),
    gradFunc: (dy: tf.Tensor) => tf.gather(dy, indices),
  }));
  return scatter(values);
}

function placeRows(values: tf.Tensor, indices: tf.Tensor1D, rows: number): tf.Tensor {
  return tf.scatterND(tf.reshape(indices, [-1, 1]), values, [rows, ...values.shape.slice(1)]);
}

/** compute(x) as a constant: its gradient is zero. */
export function detached(x: tf.Tensor, compute: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const constant = tf.customGrad((input) => ({ value: compute(input as tf.Tensor), gradFunc: () => tf.zerosLike(input as tf.Tensor) }));
  return constant(x);
}
