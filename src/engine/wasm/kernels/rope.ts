// Rotary position embedding in place. Head dimensions are packed so that a rotated pair sits in neighbouring lanes.

import { loadVector, mulAdd } from "./vectorMath";

/**
 * Rotates the first `width` floats of every row. cos and sin: [positions, headStride]; pair (2i, 2i+1) holds (c, c) and
 * (-s, s), or (s, -s) for the inverse rotation of the backward pass. positions: [rows] int32.
 */
export function rotate(x: usize, rowStride: i32, width: i32, cos: usize, sin: usize, positions: usize, rows: i32, headStride: i32): void {
  const headBytes = <usize>headStride << 2, widthBytes = <usize>width << 2, rowBytes = <usize>rowStride << 2;
  for (let row = 0; row < rows; row++) {
    const p = x + <usize>row * rowBytes;
    const table = <usize>load<i32>(positions + (<usize>row << 2)) * headBytes;
    for (let head: usize = 0; head < widthBytes; head += headBytes)
      for (let k: usize = 0; k < headBytes; k += 16) {
        const v = loadVector(p + head + k);
        const swapped = v128.shuffle<f32>(v, v, 1, 0, 3, 2);
        v128.store(p + head + k, mulAdd(swapped, loadVector(sin + table + k), f32x4.mul(v, loadVector(cos + table + k))));
      }
  }
}
