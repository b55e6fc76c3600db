// Next-token statistics of rows of logits.

import { kernel, read, readWrite } from "../kernel";
import { F32_LANES, IS_NON_FINITE, LANES, MAX_OVER_LANES, NATURAL_LOG, SUM_OVER_LANES } from "./helpers";

/**
 * Writes log-probability of the target, entropy and log-sum-exp of every row to `statistics`, four floats a row from `at` on
 * (the fourth is the value head's). A NaN or infinite logit becomes the log-probability, so that nobody overlooks it.
 * One workgroup a row.
 */
export const tokenStatistics = kernel({
  name: "token statistics",
  buffers: { logits: read("f32"), inputs: read("u32"), statistics: readWrite("f32") },
  parameters: { rows: "u32", vocab: "u32", stride: "u32", targets: "u32", at: "u32" },
  workgroupSize: [LANES, 1],
  shared: F32_LANES,
  helpers: [IS_NON_FINITE, NATURAL_LOG, MAX_OVER_LANES, SUM_OVER_LANES],
  body: `
  if (group >= p.rows) { return; }
  let row = group * p.stride;
  var mine = -3.0e38;
  var spoiled = 0.0;
  for (var v = lane; v < p.vocab; v += ${LANES}u) {
    let z = logits[row + v];
    if (isNonFinite(z)) { spoiled = 1.0; } else { mine = max(mine, z); }
  }
  let largest = maxOverLanes(lane, mine);
  let anySpoiled = maxOverLanes(lane, spoiled);
  var mass = 0.0;
  var weighted = 0.0;
  for (var v = lane; v < p.vocab; v += ${LANES}u) {
    let z = logits[row + v] - largest;
    let e = exp(z);
    mass += e;
    weighted += e * z;
  }
  let total = sumOverLanes(lane, mass);
  let along = sumOverLanes(lane, weighted);
  if (lane == 0u) {
    let logTotal = naturalLog(total);
    let at = p.at + group * 4u;
    statistics[at] = logits[row + inputs[p.targets + group]] - largest - logTotal;
    statistics[at + 1u] = logTotal - along / total;
    statistics[at + 2u] = largest + logTotal;
    if (anySpoiled > 0.0) {
      for (var v = 0u; v < p.vocab; v++) {
        if (isNonFinite(logits[row + v])) { statistics[at] = logits[row + v]; }
      }
    }
  }`,
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
