// Row movements and small reductions: embedding lookup, gather and scatter, biases, value head. Rows are `stride` floats wide.

import { horizontalSum, loadVector, mulAdd, splat } from "./vectorMath";

@inline function rowAt(base: usize, row: i32, stride: i32): usize { return base + (<usize>(row * stride) << 2); }
@inline function indexAt(indices: usize, i: i32): i32 { return load<i32>(indices + (<usize>i << 2)); }

/** target[i] = source[indices[i]] */
export function gatherRows(source: usize, indices: usize, target: usize, rows: i32, stride: i32): void {
  for (let i = 0; i < rows; i++) memory.copy(rowAt(target, i, stride), rowAt(source, indexAt(indices, i), stride), <usize>stride << 2);
}

/** target[indices[i]] += source[i], in row order. */
export function scatterAddRows(source: usize, indices: usize, target: usize, rows: i32, stride: i32): void {
  for (let i = 0; i < rows; i++) {
    const p = rowAt(source, i, stride), q = rowAt(target, indexAt(indices, i), stride);
    for (let k: usize = 0; k < (<usize>stride << 2); k += 16) v128.store(q + k, f32x4.add(loadVector(q + k), loadVector(p + k)));
  }
}

/** x[row] += bias */
export function addBias(x: usize, bias: usize, rows: i32, stride: i32): void {
  for (let i = 0; i < rows; i++) {
    const p = rowAt(x, i, stride);
    for (let k: usize = 0; k < (<usize>stride << 2); k += 16) v128.store(p + k, f32x4.add(loadVector(p + k), loadVector(bias + k)));
  }
}

/** dBias += sum of rows of dx */
export function biasBackward(dx: usize, dBias: usize, rows: i32, stride: i32): void {
  for (let i = 0; i < rows; i++) {
    const p = rowAt(dx, i, stride);
    for (let k: usize = 0; k < (<usize>stride << 2); k += 16) v128.store(dBias + k, f32x4.add(loadVector(dBias + k), loadVector(p + k)));
  }
}

/** values[row] = weight . x[row] + bias[0] */
export function valueHead(x: usize, weight: usize, bias: usize, values: usize, rows: i32, stride: i32): void {
  const b = load<f32>(bias);
  for (let i = 0; i < rows; i++) {
    const p = rowAt(x, i, stride);
    let sum = splat(0);
    for (let k: usize = 0; k < (<usize>stride << 2); k += 16) sum = mulAdd(loadVector(p + k), loadVector(weight + k), sum);
    store<f32>(values + (<usize>i << 2), horizontalSum(sum) + b);
  }
}

/** dx[row] += dValues[row] * weight; dWeight += dValues[row] * x[row]; dBias[0] += dValues[row]. */
export function valueHeadBackward(x: usize, weight: usize, dValues: usize, dx: usize, dWeight: usize, dBias: usize, rows: i32, stride: i32): void {
  for (let i = 0; i < rows; i++) {
    const dv = load<f32>(dValues + (<usize>i << 2));
    if (dv == 0) continue;
    const p = rowAt(x, i, stride), q = rowAt(dx, i, stride), d = splat(dv);
    for (let k: usize = 0; k < (<usize>stride << 2); k += 16) {
      v128.store(q + k, mulAdd(d, loadVector(weight + k), loadVector(q + k)));
      v128.store(dWeight + k, mulAdd(d, loadVector(p + k), loadVector(dWeight + k)));
    }
    store<f32>(dBias, load<f32>(dBias) + dv);
  }
}
