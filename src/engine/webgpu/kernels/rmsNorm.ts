// RMSNorm and its gradients on rows whose padding is zero.

import { kernel, read, readWrite } from "../kernel";
import { LANES } from "./helpers";

/** y = gain * x / sqrt(mean(x^2) + eps); inverse [rows] keeps 1 / sqrt(...). One row a thread. */
export const rmsNorm = kernel({
  name: "rms norm",
  buffers: { x: read("vec4<f32>"), weights: read("vec4<f32>"), y: readWrite("vec4<f32>"), inverse: readWrite("f32") },
  parameters: { rows: "u32", width4: "u32", size: "f32", epsilon: "f32", gain4: "u32" },
  workgroupSize: [32, 1],
  body: `
  if (index >= p.rows) { return; }
  let at = index * p.width4;
  var squares = 0.0;
  for (var k = 0u; k < p.width4; k++) { squares += dot(x[at + k], x[at + k]); }
  let scale = 1.0 / sqrt(squares / p.size + p.epsilon);
  inverse[index] = scale;
  for (var k = 0u; k < p.width4; k++) { y[at + k] = x[at + k] * scale * weights[p.gain4 + k]; }`,
});

/**
 * dx = incoming + (d rmsNorm / dx)^T dy. `incoming` is the gradient that goes round the norm: `incomingRows` holds its row for
 * every row (NONE: this row has none), or is itself NONE for the same row. One row a thread.
 */
export const rmsNormGradient = kernel({
  name: "rms norm gradient",
  buffers: {
    x: read("vec4<f32>"),
    weights: read("vec4<f32>"),
    inverse: read("f32"),
    dy: read("vec4<f32>"),
    incoming: read("vec4<f32>"),
    dx: readWrite("vec4<f32>"),
    inputs: read("u32"),
  },
  parameters: { rows: "u32", width4: "u32", size: "f32", gain4: "u32", incomingRows: "u32", hasIncoming: "u32" },
  workgroupSize: [32, 1],
  body: `
  if (index >= p.rows) { return; }
  let at = index * p.width4;
  let scale = inverse[index];
  var along = 0.0;
  for (var k = 0u; k < p.width4; k++) { along += dot(dy[at + k] * weights[p.gain4 + k], x[at + k]); }
  let back = along * scale * scale * scale / p.size;
  var source = index;
  if (p.incomingRows != NONE) { source = inputs[p.incomingRows + index]; }
  if (p.hasIncoming == 0u) { source = NONE; }
  for (var k = 0u; k < p.width4; k++) {
    var v = dy[at + k] * weights[p.gain4 + k] * scale - x[at + k] * back;
    if (source != NONE) { v += incoming[source * p.width4 + k]; }
    dx[at + k] = v;
  }`,
});

/** The gain's gradient: gradients += sum over rows of dy * x * inverse. One workgroup a vec4 column, its lanes share the rows. */
export const rmsNormGainGradient = kernel({
  name: "rms norm gain gradient",
  buffers: { x: read("vec4<f32>"), inverse: read("f32"), dy: read("vec4<f32>"), gradients: readWrite("vec4<f32>") },
  parameters: { rows: "u32", width4: "u32", gain4: "u32" },
  workgroupSize: [LANES, 1],
  shared: { sums: `array<vec4<f32>, ${LANES}>` },
  body: `
  var sum = vec4<f32>(0.0);
  for (var row = lane; row < p.rows; row += ${LANES}u) {
    let at = row * p.width4 + group;
    sum += dy[at] * x[at] * inverse[row];
  }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    for (var k = 1u; k < ${LANES}u; k++) { sum += sums[k]; }
    gradients[p.gain4 + group] += sum;
  }`,
});
