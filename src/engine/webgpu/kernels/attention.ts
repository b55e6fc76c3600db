// Causal grouped-query attention over stored rows q | k | v, and its gradients; made for one width of a head.

import type { Kernel } from "../kernel";
import { kernel, read, readWrite } from "../kernel";
import { NATURAL_LOG, ROTATE } from "./helpers";

/** The parameters all three share: sizes in heads and vec4. */
const sizes = { count: "u32", heads: "u32", kvHeads: "u32", rowInfo: "u32", scale: "f32" } as const;

/**
 * out [count, heads * H4] and logSum [count, heads] for `count` queries; rowInfo holds [position, stored row, first key row,
 * end key row] of each, `shift` is added to the stored row and the end. A query without keys yields zeros. One query head a thread.
 */
const forward = (h4: number) =>
  kernel({
    name: `attention ${h4}`,
    buffers: { qkv: read("vec4<f32>"), inputs: read("u32"), out: readWrite("vec4<f32>"), logSum: readWrite("f32") },
    parameters: { ...sizes, shift: "u32" },
    workgroupSize: [32, 1],
    helpers: [NATURAL_LOG],
    body: `
  if (index >= p.count * p.heads) { return; }
  let head = index % p.heads;
  let info = p.rowInfo + (index / p.heads) * 4u;
  let width = (p.heads + 2u * p.kvHeads) * ${h4}u;
  let queryAt = (inputs[info + 1u] + p.shift) * width + head * ${h4}u;
  let keyAt = (p.heads + head / (p.heads / p.kvHeads)) * ${h4}u;
  let valueAt = keyAt + p.kvHeads * ${h4}u;
  var query: array<vec4<f32>, ${h4}>;
  var sum: array<vec4<f32>, ${h4}>;
  for (var k = 0u; k < ${h4}u; k++) {
    query[k] = qkv[queryAt + k] * p.scale;
    sum[k] = vec4<f32>(0.0);
  }
  var largest = -1e30;
  var total = 0.0;
  for (var row = inputs[info + 2u]; row < inputs[info + 3u] + p.shift; row++) {
    let at = row * width;
    var score = 0.0;
    for (var k = 0u; k < ${h4}u; k++) { score += dot(query[k], qkv[at + keyAt + k]); }
    let raised = max(largest, score);
    let fade = exp(largest - raised);
    let mass = exp(score - raised);
    total = total * fade + mass;
    for (var k = 0u; k < ${h4}u; k++) { sum[k] = sum[k] * fade + mass * qkv[at + valueAt + k]; }
    largest = raised;
  }
  let inverse = select(0.0, 1.0 / total, total > 0.0);
  for (var k = 0u; k < ${h4}u; k++) { out[index * ${h4}u + k] = sum[k] * inverse; }
  logSum[index] = largest + naturalLog(max(total, 1e-30));`,
  });

/**
 * dQuery of every stored row, rotated back, into dQkv; `along` [queries, heads] = sum(dOut * out) for the keys' kernel.
 * `queryOfRow`: the row's place among the queries, or NONE in a row that was no query: its dQuery is zero.
 */
const queryGradient = (h4: number) =>
  kernel({
    name: `attention query gradient ${h4}`,
    buffers: {
      qkv: read("vec4<f32>"),
      out: read("vec4<f32>"),
      dOut: read("vec4<f32>"),
      logSum: read("f32"),
      rotary: read("vec4<f32>"),
      inputs: read("u32"),
      dQkv: readWrite("vec4<f32>"),
      along: readWrite("f32"),
    },
    parameters: { ...sizes, queryOfRow: "u32" },
    workgroupSize: [32, 1],
    helpers: [ROTATE],
    body: `
  if (index >= p.count * p.heads) { return; }
  let head = index % p.heads;
  let row = index / p.heads;
  let info = p.rowInfo + row * 4u;
  let width = (p.heads + 2u * p.kvHeads) * ${h4}u;
  let queryAt = row * width + head * ${h4}u;
  let which = inputs[p.queryOfRow + row];
  if (which == NONE) {
    for (var k = 0u; k < ${h4}u; k++) { dQkv[queryAt + k] = vec4<f32>(0.0); }
    return;
  }
  let keyAt = (p.heads + head / (p.heads / p.kvHeads)) * ${h4}u;
  let valueAt = keyAt + p.kvHeads * ${h4}u;
  let outAt = (which * p.heads + head) * ${h4}u;
  var query: array<vec4<f32>, ${h4}>;
  var slope: array<vec4<f32>, ${h4}>;
  var sum: array<vec4<f32>, ${h4}>;
  var mean = 0.0;
  for (var k = 0u; k < ${h4}u; k++) {
    query[k] = qkv[queryAt + k] * p.scale;
    slope[k] = dOut[outAt + k];
    mean += dot(slope[k], out[outAt + k]);
    sum[k] = vec4<f32>(0.0);
  }
  along[which * p.heads + head] = mean;
  let norm = logSum[which * p.heads + head];
  for (var other = inputs[info + 2u]; other < inputs[info + 3u]; other++) {
    let at = other * width;
    var score = 0.0;
    var dProbability = 0.0;
    for (var k = 0u; k < ${h4}u; k++) {
      score += dot(query[k], qkv[at + keyAt + k]);
      dProbability += dot(slope[k], qkv[at + valueAt + k]);
    }
    let dScore = exp(score - norm) * (dProbability - mean);
    for (var k = 0u; k < ${h4}u; k++) { sum[k] += dScore * qkv[at + keyAt + k]; }
  }
  for (var k = 0u; k < ${h4}u; k++) {
    dQkv[queryAt + k] = rotate(sum[k] * p.scale, rotary[inputs[info] * ${h4}u + k] * vec4<f32>(1.0, -1.0, 1.0, -1.0));
  }`,
  });

/**
 * dKey (rotated back) and dValue of every stored row into dQkv. `queryRange` holds the first and end query that see the row;
 * `queryRows` the stored row of every query. One key head a thread.
 */
const keyGradient = (h4: number) =>
  kernel({
    name: `attention key gradient ${h4}`,
    buffers: {
      qkv: read("vec4<f32>"),
      dOut: read("vec4<f32>"),
      logSum: read("f32"),
      along: read("f32"),
      rotary: read("vec4<f32>"),
      inputs: read("u32"),
      dQkv: readWrite("vec4<f32>"),
    },
    parameters: { ...sizes, queryRange: "u32", queryRows: "u32" },
    workgroupSize: [32, 1],
    helpers: [ROTATE],
    body: `
  if (index >= p.count * p.kvHeads) { return; }
  let kvHead = index % p.kvHeads;
  let row = index / p.kvHeads;
  let width = (p.heads + 2u * p.kvHeads) * ${h4}u;
  let keyAt = row * width + (p.heads + kvHead) * ${h4}u;
  let valueAt = keyAt + p.kvHeads * ${h4}u;
  var key: array<vec4<f32>, ${h4}>;
  var value: array<vec4<f32>, ${h4}>;
  var dKey: array<vec4<f32>, ${h4}>;
  var dValue: array<vec4<f32>, ${h4}>;
  for (var k = 0u; k < ${h4}u; k++) {
    key[k] = qkv[keyAt + k] * p.scale;
    value[k] = qkv[valueAt + k];
    dKey[k] = vec4<f32>(0.0);
    dValue[k] = vec4<f32>(0.0);
  }
  let perKey = p.heads / p.kvHeads;
  for (var which = inputs[p.queryRange + row * 2u]; which < inputs[p.queryRange + row * 2u + 1u]; which++) {
    let queryRow = inputs[p.queryRows + which] * width;
    for (var head = kvHead * perKey; head < (kvHead + 1u) * perKey; head++) {
      let queryAt = queryRow + head * ${h4}u;
      let outAt = (which * p.heads + head) * ${h4}u;
      var score = 0.0;
      var dProbability = 0.0;
      for (var k = 0u; k < ${h4}u; k++) {
        score += dot(qkv[queryAt + k], key[k]);
        dProbability += dot(dOut[outAt + k], value[k]);
      }
      let probability = exp(score - logSum[which * p.heads + head]);
      let dScore = probability * (dProbability - along[which * p.heads + head]) * p.scale;
      for (var k = 0u; k < ${h4}u; k++) {
        dValue[k] += probability * dOut[outAt + k];
        dKey[k] += dScore * qkv[queryAt + k];
      }
    }
  }
  let position = inputs[p.rowInfo + row * 4u];
  for (var k = 0u; k < ${h4}u; k++) {
    dQkv[keyAt + k] = rotate(dKey[k], rotary[position * ${h4}u + k] * vec4<f32>(1.0, -1.0, 1.0, -1.0));
    dQkv[valueAt + k] = dValue[k];
  }`,
  });

export type AttentionKernels = ReturnType<typeof attentionKernels>;

/** @param h4 vec4 of one head, padding included */
export function attentionKernels(h4: number) {
  const kernels = { forward: forward(h4), queryGradient: queryGradient(h4), keyGradient: keyGradient(h4) };
  return { ...kernels, all: Object.values(kernels) as readonly Kernel[] };
}
