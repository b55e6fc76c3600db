// Next-token statistics of rows of logits.

import { kernel, read, readWrite } from "../kernel";
import { bothWays, IS_NON_FINITE, NATURAL_LOG, sharedRows } from "./helpers";

/**
 * Writes log-probability of the target, entropy and log-sum-exp of every row to `statistics`, four floats a row from `at` on
 * (the fourth is the value head's). A NaN or infinite logit becomes the log-probability, so that nobody overlooks it.
 */
export const tokenStatistics = bothWays((sharing) => {
  const rows = sharedRows(sharing);
  return kernel({
    name: `token statistics ${sharing}`,
    buffers: { logits: read("f32"), inputs: read("u32"), statistics: readWrite("f32") },
    parameters: { rows: "u32", vocab: "u32", stride: "u32", targets: "u32", at: "u32" },
    workgroupSize: rows.workgroupSize,
    shared: rows.shared,
    helpers: [IS_NON_FINITE, NATURAL_LOG, ...rows.helpers],
    body: `
${rows.start}
  if (which >= p.rows) { return; }
  let row = which * p.stride;
  var mine = -3.0e38;
  var spoiled = 0.0;
  for (var v = part; v < p.vocab; v += ${rows.lanes}u) {
    let z = logits[row + v];
    if (isNonFinite(z)) { spoiled = 1.0; } else { mine = max(mine, z); }
  }
  let largest = largestOfRow(part, mine);
  let anySpoiled = largestOfRow(part, spoiled);
  var mass = 0.0;
  var weighted = 0.0;
  for (var v = part; v < p.vocab; v += ${rows.lanes}u) {
    let z = logits[row + v] - largest;
    let e = exp(z);
    mass += e;
    weighted += e * z;
  }
  let total = sumOfRow(part, mass);
  let along = sumOfRow(part, weighted);
  if (part == 0u) {
    let logTotal = naturalLog(total);
    let at = p.at + which * 4u;
    statistics[at] = logits[row + inputs[p.targets + which]] - largest - logTotal;
    statistics[at + 1u] = logTotal - along / total;
    statistics[at + 2u] = largest + logTotal;
    if (anySpoiled > 0.0) {
      for (var v = 0u; v < p.vocab; v++) {
        if (isNonFinite(logits[row + v])) { statistics[at] = logits[row + v]; }
      }
    }
  }`,
  });
});

/** logits = d loss / d logits, in place: coefficient * (1[v = target] - probability). One vec4 a thread. */
export const logitsGradient = kernel({
  name: "logits gradient",
  buffers: { inputs: read("u32"), statistics: read("f32"), coefficients: read("vec2<f32>"), logits: readWrite("vec4<f32>") },
  parameters: { rows: "u32", vocab: "u32", stride4: "u32", targets: "u32", at: "u32", firstRow: "u32" },
  workgroupSize: [64, 1],
  body: `
  if (index >= p.rows * p.stride4) { return; }
  let row = index / p.stride4;
  let first = (index % p.stride4) * 4u;
  let lanes = vec4<u32>(first, first + 1u, first + 2u, first + 3u);
  let coefficient = coefficients[p.firstRow + row].x;
  let hit = select(vec4<f32>(0.0), vec4<f32>(1.0), lanes == vec4<u32>(inputs[p.targets + row]));
  let slope = coefficient * (hit - exp(logits[index] - statistics[p.at + row * 4u + 2u]));
  logits[index] = select(vec4<f32>(0.0), slope, (lanes < vec4<u32>(p.vocab)) & vec4<bool>(coefficient != 0.0));`,
});

/** logits = log softmax, in place. One float a thread. */
export const logSoftmax = kernel({
  name: "log softmax",
  buffers: { statistics: read("f32"), logits: readWrite("f32") },
  parameters: { rows: "u32", stride: "u32", at: "u32" },
  workgroupSize: [64, 1],
  body: `
  if (index >= p.rows * p.stride) { return; }
  logits[index] -= statistics[p.at + (index / p.stride) * 4u + 2u];`,
});
