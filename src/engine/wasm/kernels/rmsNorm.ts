// RMSNorm forward and backward on rows of `stride` floats whose first `size` are real and whose rest is zero.

import { horizontalSum, loadVector, mulAdd, splat } from "./vectorMath";

/** out = gain * x / sqrt(mean(x^2) + eps); inverse[row] keeps 1 / sqrt(...) for the backward pass. */
export function rmsNorm(x: usize, gain: usize, out: usize, inverse: usize, rows: i32, size: i32, stride: i32, eps: f32): void {
  const bytes = <usize>stride << 2;
  for (let row = 0; row < rows; row++) {
    const p = x + <usize>row * bytes, q = out + <usize>row * bytes;
    let squares = splat(0);
    for (let k: usize = 0; k < bytes; k += 16) {
      const v = loadVector(p + k);
      squares = mulAdd(v, v, squares);
    }
    const inv: f32 = 1 / sqrt<f32>(horizontalSum(squares) / <f32>size + eps);
    store<f32>(inverse + (<usize>row << 2), inv);
    const w = splat(inv);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(q + k, f32x4.mul(f32x4.mul(loadVector(p + k), w), loadVector(gain + k)));
  }
}

/** dx += d(rmsNorm)/dx^T dOut and dGain += d(rmsNorm)/dgain^T dOut. */
export function rmsNormBackward(x: usize, gain: usize, inverse: usize, dOut: usize, dx: usize, dGain: usize, rows: i32, size: i32, stride: i32): void {
  const bytes = <usize>stride << 2;
  for (let row = 0; row < rows; row++) {
    const p = x + <usize>row * bytes, q = dOut + <usize>row * bytes, o = dx + <usize>row * bytes;
    const inv = load<f32>(inverse + (<usize>row << 2));
    const w = splat(inv);
    let along = splat(0);
    for (let k: usize = 0; k < bytes; k += 16) {
      const dy = loadVector(q + k), v = loadVector(p + k);
      along = mulAdd(f32x4.mul(dy, loadVector(gain + k)), v, along);
      v128.store(dGain + k, mulAdd(f32x4.mul(dy, v), w, loadVector(dGain + k)));
    }
    const back = splat(horizontalSum(along) * inv * inv * inv / <f32>size);
    for (let k: usize = 0; k < bytes; k += 16) {
      const direct = f32x4.mul(f32x4.mul(loadVector(q + k), loadVector(gain + k)), w);
      v128.store(o + k, f32x4.add(loadVector(o + k), f32x4.sub(direct, f32x4.mul(loadVector(p + k), back))));
    }
  }
}
