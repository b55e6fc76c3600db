// A bias's gradient: column sums.

import { kernel, read, readWrite } from "../kernel";
import { LANES } from "./helpers";

/** gradients[bias4 + column] += sum over rows of dy. One workgroup a vec4 column, its lanes share the rows. */
export const biasGradient = kernel({
  name: "bias gradient",
  buffers: { dy: read("vec4<f32>"), gradients: readWrite("vec4<f32>") },
  parameters: { rows: "u32", width4: "u32", bias4: "u32" },
  workgroupSize: [LANES, 1],
  shared: { sums: `array<vec4<f32>, ${LANES}>` },
  body: `
  var sum = vec4<f32>(0.0);
  for (var row = lane; row < p.rows; row += ${LANES}u) { sum += dy[row * p.width4 + group]; }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    for (var k = 1u; k < ${LANES}u; k++) { sum += sums[k]; }
    gradients[p.bias4 + group] += sum;
  }`,
});
