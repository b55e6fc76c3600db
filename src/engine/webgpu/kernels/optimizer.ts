// From accumulated gradients to an AdamW step: norm, decision, step. The host is not asked.

import { kernel, read, readWrite } from "../kernel";
import { IS_NON_FINITE, LANES, sharedRows } from "./helpers";
import { STATUS } from "./lossHeads";

const workgroup = sharedRows("together");

/** vec4 of gradients that one workgroup sums up. */
export const NORM_BLOCK = 1024;

/** norms[block] = (sum of squares as bits, flat index of the first non-finite gradient or NONE). One workgroup a block. */
export const gradientNorm = kernel({
  name: "gradient norm",
  buffers: { gradients: read("vec4<f32>"), norms: readWrite("u32") },
  parameters: { blocks: "u32", size4: "u32" },
  workgroupSize: workgroup.workgroupSize,
  shared: workgroup.shared,
  helpers: [IS_NON_FINITE, ...workgroup.helpers],
  body: `
  if (group >= p.blocks) { return; }
  var squares = 0.0;
  var bad = NONE;
  for (var k = lane; k < ${NORM_BLOCK}u; k += ${LANES}u) {
    let at = group * ${NORM_BLOCK}u + k;
    if (at >= p.size4) { break; }
    let g = gradients[at];
    squares += dot(g, g);
    for (var c = 0u; c < 4u; c++) { if (isNonFinite(g[c])) { bad = min(bad, at * 4u + c); } }
  }
  let total = sumOfRow(lane, squares);
  let first = leastOfRow(lane, bad);
  if (lane == 0u) {
    norms[group * 2u] = bitcast<u32>(total);
    norms[group * 2u + 1u] = first;
  }`,
});

/** What a step came to, in the journal's second word. */
export const OUTCOMES = ["stepped", "skipped", "nonFinite"] as const;

/**
 * Decides whether to step and how far to clip, writes the journal's [norm, outcome, code, first bad index] and makes the status
 * ready for the next minibatches. maxGradNorm < 0: no clipping. One workgroup.
 */
export const stepDecision = kernel({
  name: "step decision",
  buffers: { norms: read("u32"), status: readWrite("u32"), journal: readWrite("f32") },
  parameters: { blocks: "u32", at: "u32", confirmed: "u32", stepWhenSkipped: "u32", maxGradNorm: "f32" },
  workgroupSize: workgroup.workgroupSize,
  shared: workgroup.shared,
  helpers: [IS_NON_FINITE, ...workgroup.helpers],
  body: `
  var squares = 0.0;
  var bad = NONE;
  for (var k = lane; k < p.blocks; k += ${LANES}u) {
    squares += bitcast<f32>(norms[k * 2u]);
    bad = min(bad, norms[k * 2u + 1u]);
  }
  let norm = sqrt(sumOfRow(lane, squares));
  let first = leastOfRow(lane, bad);
  if (lane == 0u) {
    let code = status[${STATUS.nonFinite}];
    let minibatches = status[${STATUS.minibatches}];
    var outcome = 0u;
    if (minibatches > 0u && status[${STATUS.skipped}] == minibatches && p.stepWhenSkipped == 0u) { outcome = 1u; }
    if (code != 0u || first != NONE || isNonFinite(norm)) { outcome = 2u; }
    var clip = 1.0;
    if (p.maxGradNorm >= 0.0) { clip = min(1.0, p.maxGradNorm / (norm + 1e-6)); }
    status[${STATUS.outcome}] = outcome;
    status[${STATUS.clip}] = bitcast<u32>(clip);
    status[${STATUS.correction}] = status[${STATUS.steps}] - p.confirmed;
    if (outcome == 0u) { status[${STATUS.steps}] += 1u; }
    journal[p.at] = norm;
    journal[p.at + 1u] = f32(outcome);
    journal[p.at + 2u] = f32(code);
    journal[p.at + 3u] = bitcast<f32>(first);
    status[${STATUS.nonFinite}] = 0u;
    status[${STATUS.minibatches}] = 0u;
    status[${STATUS.skipped}] = 0u;
  }`,
});

/**
 * AdamW on four parameters a thread, and their gradients back to zero; the same arithmetic as the CPU kernel's. `corrections`:
 * offset of pairs (lr / (1 - b1^k), 1 / sqrt(1 - b2^k)) for every k that may be due. The first noDecay4 vec4 are norms and biases.
 */
export const adamW = kernel({
  name: "adamw",
  buffers: {
    inputs: read("u32"),
    status: read("u32"),
    theta: readWrite("vec4<f32>"),
    gradients: readWrite("vec4<f32>"),
    first: readWrite("vec4<f32>"),
    second: readWrite("vec4<f32>"),
  },
  parameters: {
    size4: "u32",
    noDecay4: "u32",
    keepNoDecay: "f32",
    keepDecay: "f32",
    beta1: "f32",
    beta2: "f32",
    oneMinusBeta1: "f32",
    oneMinusBeta2: "f32",
    epsilon: "f32",
    corrections: "u32",
  },
  workgroupSize: [64, 1],
  body: `
  if (index >= p.size4) { return; }
  let g = gradients[index] * bitcast<f32>(status[${STATUS.clip}]);
  gradients[index] = vec4<f32>(0.0);
  if (status[${STATUS.outcome}] != 0u) { return; }
  let m = g * p.oneMinusBeta1 + first[index] * p.beta1;
  let v = g * g * p.oneMinusBeta2 + second[index] * p.beta2;
  first[index] = m;
  second[index] = v;
  let correction = p.corrections + status[${STATUS.correction}] * 2u;
  let stepSize = bitcast<f32>(inputs[correction]);
  let invRoot = bitcast<f32>(inputs[correction + 1u]);
  let keep = select(p.keepDecay, p.keepNoDecay, index < p.noDecay4);
  theta[index] = theta[index] * keep - stepSize * (m / (sqrt(v) * invRoot + p.epsilon));`,
});
