// Embedding rows by token id, and their gradient.

import { kernel, read, readWrite } from "../kernel";

/** x [rows, width4] = rows of the weights at ids [rows]; ids lie in `tokens` at `firstId`. One vec4 a thread. */
export const embedding = kernel({
  name: "embedding",
  buffers: { weights: read("vec4<f32>"), tokens: read("u32"), x: readWrite("vec4<f32>") },
  parameters: { rows: "u32", width4: "u32", table4: "u32", firstId: "u32" },
  workgroupSize: [64, 1],
  body: `
  if (index >= p.rows * p.width4) { return; }
  let row = index / p.width4;
  x[index] = weights[p.table4 + tokens[p.firstId + row] * p.width4 + index % p.width4];`,
});

/**
 * gradients[id] += sum of dx over the rows that hold id. `distinct` ids lie at `ids`, the first entry of each in the list of
 * rows at `starts` (one more than ids), the rows at `places`. One vec4 a thread: no two threads share a target.
 */
export const embeddingGradient = kernel({
  name: "embedding gradient",
  buffers: { dx: read("vec4<f32>"), inputs: read("u32"), gradients: readWrite("vec4<f32>") },
  parameters: { distinct: "u32", width4: "u32", table4: "u32", ids: "u32", starts: "u32", places: "u32" },
  workgroupSize: [64, 1],
  body: `
  if (index >= p.distinct * p.width4) { return; }
  let which = index / p.width4;
  let column = index % p.width4;
  var sum = vec4<f32>(0.0);
  for (var k = inputs[p.starts + which]; k < inputs[p.starts + which + 1u]; k++) {
    sum += dx[inputs[p.places + k] * p.width4 + column];
  }
  gradients[p.table4 + inputs[p.ids + which] * p.width4 + column] += sum;`,
});
