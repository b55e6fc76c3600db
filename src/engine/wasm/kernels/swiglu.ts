// SwiGLU on rows [gate | up], each `size` floats wide (a multiple of 4).

import { loadVector, mulAdd, sigmoid, splat } from "./vectorMath";

/** out[rows, size] = silu(gate) * up */
export function swiglu(gateUp: usize, out: usize, rows: i32, size: i32): void {
  const bytes = <usize>size << 2;
  for (let row = 0; row < rows; row++) {
    const p = gateUp + <usize>row * bytes * 2, q = out + <usize>row * bytes;
    for (let k: usize = 0; k < bytes; k += 16) {
      const gate = loadVector(p + k);
      v128.store(q + k, f32x4.mul(f32x4.mul(gate, sigmoid(gate)), loadVector(p + bytes + k)));
    }
  }
}

/** dGateUp[rows, 2 size] from dOut[rows, size]. */
export function swigluBackward(gateUp: usize, dOut: usize, dGateUp: usize, rows: i32, size: i32): void {
  const bytes = <usize>size << 2;
  for (let row = 0; row < rows; row++) {
    const p = gateUp + <usize>row * bytes * 2, q = dGateUp + <usize>row * bytes * 2, o = dOut + <usize>row * bytes;
    for (let k: usize = 0; k < bytes; k += 16) {
      const gate = loadVector(p + k), dy = loadVector(o + k);
      const s = sigmoid(gate);
      const slope = f32x4.mul(s, mulAdd(gate, f32x4.sub(splat(1), s), splat(1)));
      v128.store(q + k, f32x4.mul(f32x4.mul(dy, loadVector(p + bytes + k)), slope));
      v128.store(q + bytes + k, f32x4.mul(dy, f32x4.mul(gate, s)));
    }
  }
}
