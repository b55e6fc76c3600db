// Picking and placing rows of a matrix by index, differentiable on every backend (tfjs' own gather has no gradient on wasm).

import * as tf from "@tensorflow/tfjs-core";

/** The two arguments of a function given to tf.customGrad; tensors that the gradient needs must go through `save`. */
type CustomGradient = (
  x: tf.Tensor,
  save: tf.GradSaveFunc,
) => { value: tf.Tensor; gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor };

function withGradient(x: tf.Tensor, compute: CustomGradient): tf.Tensor {
  return tf.customGrad((input, save) => compute(input as tf.Tensor, save as tf.GradSaveFunc))(x);
}

/**
 * table[indices]. The gradient adds each row back where it came from.
 * @param table [rows, ...rest]
 * @param indices [n] int32, each in [0, rows)
 * @returns [n, ...rest]
 */
export function gatherRows(table: tf.Tensor, indices: tf.Tensor1D): tf.Tensor {
  const rows = table.shape[0];
  return withGradient(table, (x, save) => {
    save([indices]);
    return { value: tf.gather(x, indices), gradFunc: (dy, saved) => placeRows(dy, saved[0] as tf.Tensor, rows) };
  });
}

/**
 * Zeros with `values` added at `indices`, the transpose of `gatherRows`.
 * @param values [n, ...rest]
 * @param indices [n] int32, each in [0, rows)
 * @returns [rows, ...rest]
 */
export function scatterRows(values: tf.Tensor, indices: tf.Tensor1D, rows: number): tf.Tensor {
  return withGradient(values, (x, save) => {
    save([indices]);
    return { value: placeRows(x, indices, rows), gradFunc: (dy, saved) => tf.gather(dy, saved[0] as tf.Tensor1D) };
  });
}

function placeRows(values: tf.Tensor, indices: tf.Tensor, rows: number): tf.Tensor {
  return tf.scatterND(tf.reshape(indices, [-1, 1]), values, [rows, ...values.shape.slice(1)]);
}

/** compute(x) as a constant: its gradient is zero. */
export function detached(x: tf.Tensor, compute: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const { shape } = x;
  return withGradient(x, (input) => ({ value: compute(input), gradFunc: () => tf.zeros(shape) }));
}
