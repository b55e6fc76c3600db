// The value head and its gradients, with the keyed dropout on its input.

import { kernel, read, readWrite } from "../kernel";
import { LANES, VALUE_DROPOUT } from "./helpers";

/** `prefixes`: offset of the dropout key of every row, or NONE; `threshold`: smallest 23-bit draw that is kept. */
const dropout = { prefixes: "u32", threshold: "u32", keepScale: "f32" } as const;

const MASK = `
fn maskOf(row: u32, first: u32) -> vec4<f32> {
  if (p.prefixes == NONE) { return vec4<f32>(1.0); }
  return kept(inputs[p.prefixes + row], first, p.threshold, p.keepScale);
}`;

/** statistics[at + 4 row + 3] = weight . (masked) x[row] + bias. One row a thread. */
export const valueHead = kernel({
  name: "value head",
  buffers: { x: read("vec4<f32>"), weights: read("vec4<f32>"), inputs: read("u32"), statistics: readWrite("f32") },
  parameters: { rows: "u32", width4: "u32", weight4: "u32", bias4: "u32", at: "u32", ...dropout },
  workgroupSize: [32, 1],
  helpers: [VALUE_DROPOUT, MASK],
  body: `
  if (index >= p.rows) { return; }
  var sum = 0.0;
  for (var k = 0u; k < p.width4; k++) { sum += dot(x[index * p.width4 + k] * maskOf(index, k * 4u), weights[p.weight4 + k]); }
  statistics[p.at + index * 4u + 3u] = sum + weights[p.bias4].x;`,
});

/** dx += dValue * weight, masked; dValue is the second of each pair of coefficients. One vec4 a thread. */
export const valueHeadInputGradient = kernel({
  name: "value head input gradient",
  buffers: { weights: read("vec4<f32>"), coefficients: read("vec2<f32>"), inputs: read("u32"), dx: readWrite("vec4<f32>") },
  parameters: { rows: "u32", width4: "u32", weight4: "u32", accumulate: "u32", ...dropout },
  workgroupSize: [64, 1],
  helpers: [VALUE_DROPOUT, MASK],
  body: `
  if (index >= p.rows * p.width4) { return; }
  let row = index / p.width4;
  let column = index % p.width4;
  var v = coefficients[row].y * weights[p.weight4 + column] * maskOf(row, column * 4u);
  if (p.accumulate != 0u) { v += dx[index]; }
  dx[index] = v;`,
});

/** Adds the gradients of the head's weight and bias. One workgroup a vec4 column, its lanes share the rows. */
export const valueHeadWeightGradient = kernel({
  name: "value head weight gradient",
  buffers: { x: read("vec4<f32>"), coefficients: read("vec2<f32>"), inputs: read("u32"), gradients: readWrite("vec4<f32>") },
  parameters: { rows: "u32", width4: "u32", weight4: "u32", bias4: "u32", ...dropout },
  workgroupSize: [LANES, 1],
  shared: { sums: `array<vec4<f32>, ${LANES}>`, biasSums: `array<f32, ${LANES}>` },
  helpers: [VALUE_DROPOUT, MASK],
  body: `
  var sum = vec4<f32>(0.0);
  var biasSum = 0.0;
  for (var row = lane; row < p.rows; row += ${LANES}u) {
    let slope = coefficients[row].y;
    sum += slope * x[row * p.width4 + group] * maskOf(row, group * 4u);
    biasSum += slope;
  }
  sums[lane] = sum;
  biasSums[lane] = biasSum;
  workgroupBarrier();
  if (lane == 0u) {
    for (var k = 1u; k < ${LANES}u; k++) {
      sum += sums[k];
      biasSum += biasSums[k];
    }
    gradients[p.weight4 + group] += sum;
    if (group == 0u) { gradients[p.bias4].x += biasSum; }
  }`,
});
