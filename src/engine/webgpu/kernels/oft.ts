// OFT on packed weights: rotations from skew blocks, W_eff from the base weights and the rotations, and the gradients all the way back.

import { kernel, read, readWrite } from "../kernel";
import { LANES } from "./helpers";
import { sharedLoop, targetTable } from "./targets";

/**
 * Offsets in words. The weight has `rows` packed rows of `stride`, whose `inputs` real columns come in bundles of `bundle`, one
 * every `bundleStride`. `tensor`: the skew blocks' upper triangles, one every `tensorStride`. `before`: elements of the rotations of
 * all targets before this one.
 */
export const OFT_TARGETS = targetTable(
  "weight",
  "stride",
  "rows",
  "inputs",
  "bundle",
  "bundleStride",
  "block",
  "tensor",
  "tensorStride",
  "before",
);
const { field } = OFT_TARGETS;

/** Matrices that the rotation kernels need for each block: the result, one to work in, and Q. */
export const ROTATION_SLOTS = 3;
/** Matrices that the gradient kernels need for each block; the rotation's gradient is the first. */
export const GRADIENT_SLOTS = { neumann: 6, exact: 3 } as const;

/** Place of element (i, j), i < j, in the row-major strict upper triangle of a matrix of b rows. */
const UPPER = `
fn upper(i: u32, j: u32, b: u32) -> u32 { return (i * (2u * b - i - 1u)) / 2u + j - i - 1u; }`;

/** Q = U - U^T */
const SKEW = `${UPPER}
fn skew(q: u32, i: u32, j: u32, b: u32) -> f32 {
  if (i < j) { return tensors[q + upper(i, j, b)]; }
  if (i > j) { return -tensors[q + upper(j, i, b)]; }
  return 0.0;
}`;

/** Packed column of an input. */
const COLUMN = `
fn columnOf(c: u32, bundle: u32, bundleStride: u32) -> u32 { return c / bundle * bundleStride + c % bundle; }`;

/** A workgroup's block: its skew block at q, its matrices of `size` elements from `home` on. */
const startOfBlock = (slots: number) => `
  let b = ${field("block")};
  let block = groupId.x;
  if (block * b >= ${field("inputs")}) { return; }
  let size = b * b;
  let q = ${field("tensor")} + block * ${field("tensorStride")};
  let home = ${slots}u * (${field("before")} + block * size);`;

const EVERY_ELEMENT = `for (var e = lane; e < size; e += ${LANES}u)`;

/** The series a_0 I + a_1 Q + ... + a_degree Q^degree by Horner's rule: a_0 = 1, a_degree = `last`, 2 between; degree >= 1. */
const neumannRotation = kernel({
  name: "oft rotation neumann",
  buffers: { targets: read("u32"), tensors: read("f32"), rotations: readWrite("f32") },
  parameters: { degree: "u32", last: "f32" },
  workgroupSize: [LANES, 1],
  helpers: [SKEW],
  body: `${startOfBlock(ROTATION_SLOTS)}
  var source = home + (p.degree & 1u) * size;
  var sink = home + size - (p.degree & 1u) * size;
  let matrix = home + 2u * size;
  ${EVERY_ELEMENT} {
    rotations[matrix + e] = skew(q, e / b, e % b, b);
    rotations[source + e] = select(0.0, p.last, e / b == e % b);
  }
  for (var power = p.degree; power > 0u; power--) {
    storageBarrier();
    ${EVERY_ELEMENT} {
      let i = e / b;
      let j = e % b;
      var sum = 0.0;
      if (i == j) { sum = select(2.0, 1.0, power == 1u); }
      for (var k = 0u; k < b; k++) { sum += rotations[matrix + i * b + k] * rotations[source + k * b + j]; }
      rotations[sink + e] = sum;
    }
    let written = sink;
    sink = source;
    source = written;
  }`,
});

/**
 * R = (I - Q)(I + Q)^-1 = 2 (I + Q)^-1 - I. The inverse by Gauss-Jordan; no pivoting: the symmetric part of I + Q is I, so every
 * pivot is at least 1.
 */
const exactRotation = kernel({
  name: "oft rotation exact",
  buffers: { targets: read("u32"), tensors: read("f32"), rotations: readWrite("f32") },
  parameters: {},
  workgroupSize: [LANES, 1],
  helpers: [SKEW],
  body: `${startOfBlock(ROTATION_SLOTS)}
  var source = home + (b & 1u) * size;
  var sink = home + size - (b & 1u) * size;
  ${EVERY_ELEMENT} { rotations[source + e] = skew(q, e / b, e % b, b) + select(0.0, 1.0, e / b == e % b); }
  for (var k = 0u; k < b; k++) {
    storageBarrier();
    let inverse = 1.0 / rotations[source + k * b + k];
    ${EVERY_ELEMENT} {
      let i = e / b;
      let j = e % b;
      var v = rotations[source + e];
      if (i == k && j == k) { v = inverse; }
      else if (i == k) { v *= inverse; }
      else {
        let factor = rotations[source + i * b + k] * inverse;
        if (j == k) { v = -factor; } else { v -= factor * rotations[source + k * b + j]; }
      }
      rotations[sink + e] = v;
    }
    let written = sink;
    sink = source;
    source = written;
  }
  ${EVERY_ELEMENT} { rotations[home + e] = 2.0 * rotations[home + e] - select(0.0, 1.0, e / b == e % b); }`,
});

/** From skew blocks to rotations (fact sheet 6.4), in the first slot of each block. One workgroup a block: [blocks * lanes, targets] */
export const oftRotation = { neumann: neumannRotation, exact: exactRotation } as const;

/** weights = base R^T in every block of inputs of every target. [invocations that share a target, targets] */
export const oftWeights = kernel({
  name: "oft weights",
  buffers: { targets: read("u32"), rotations: read("f32"), base: read("f32"), weights: readWrite("f32") },
  parameters: {},
  workgroupSize: [LANES, 1],
  helpers: [COLUMN],
  body: `
  let inputs = ${field("inputs")};
  let b = ${field("block")};
  let bundle = ${field("bundle")};
  let bundleStride = ${field("bundleStride")};
  ${sharedLoop(`${field("rows")} * inputs`)} {
    let row = ${field("weight")} + e / inputs * ${field("stride")};
    let c = e % inputs;
    let first = c - c % b;
    let rotation = ${ROTATION_SLOTS}u * (${field("before")} + first * b) + c % b * b;
    var sum = 0.0;
    for (var j = 0u; j < b; j++) { sum += base[row + columnOf(first + j, bundle, bundleStride)] * rotations[rotation + j]; }
    weights[row + columnOf(c, bundle, bundleStride)] = sum;
  }`,
});

/** dR = dW^T W of every block, into the first of `slots` matrices. [invocations that share a target, targets] */
export const oftRotationGradient = kernel({
  name: "oft rotation gradient",
  buffers: { targets: read("u32"), base: read("f32"), dWeights: read("f32"), scratch: readWrite("f32") },
  parameters: { slots: "u32" },
  workgroupSize: [LANES, 1],
  helpers: [COLUMN],
  body: `
  let b = ${field("block")};
  let size = b * b;
  let bundle = ${field("bundle")};
  let bundleStride = ${field("bundleStride")};
  ${sharedLoop(`${field("inputs")} * b`)} {
    let block = e / size;
    let i = e % size / b;
    let j = e % b;
    let left = ${field("weight")} + columnOf(block * b + i, bundle, bundleStride);
    let right = ${field("weight")} + columnOf(block * b + j, bundle, bundleStride);
    var sum = 0.0;
    for (var row = 0u; row < ${field("rows")}; row++) {
      let at = row * ${field("stride")};
      sum += dWeights[left + at] * base[right + at];
    }
    scratch[p.slots * (${field("before")} + block * size) + e % size] = sum;
  }`,
});

/** Q = U - U^T turns the gradient dQ at `found` into that of the upper triangle. */
const GRADIENT_OF_UPPER = `
  storageBarrier();
  ${EVERY_ELEMENT} {
    let i = e / b;
    let j = e % b;
    if (i < j) { gradients[q + upper(i, j, b)] = scratch[found + e] - scratch[found + j * b + i]; }
  }`;

/**
 * dQ = sum over i + j < degree of a_(i+j+1) (Q^T)^i dR (Q^T)^j, by powers L_m = Q^T L_(m-1) from the left and Horner's rule from the
 * right: D_m = D_(m-1) Q^T + C_m with C_m = sum of a_(degree-m+i) L_i over i <= m; Q^T = -Q. Slots: L, L, D, D, C, Q.
 */
const neumannGradient = kernel({
  name: "oft gradient neumann",
  buffers: { targets: read("u32"), tensors: read("f32"), scratch: readWrite("f32"), gradients: readWrite("f32") },
  parameters: { degree: "u32", last: "f32" },
  workgroupSize: [LANES, 1],
  helpers: [SKEW],
  body: `${startOfBlock(GRADIENT_SLOTS.neumann)}
  let c = home + 4u * size;
  let matrix = home + 5u * size;
  ${EVERY_ELEMENT} {
    scratch[matrix + e] = skew(q, e / b, e % b, b);
    scratch[c + e] = p.last * scratch[home + e];
    scratch[home + 2u * size + e] = p.last * scratch[home + e];
  }
  var m = 1u;
  for (; m < p.degree; m++) {
    storageBarrier();
    let even = (m & 1u) * size;
    let source = home + size - even;
    let sink = home + even;
    ${EVERY_ELEMENT} {
      let i = e / b;
      let j = e % b;
      var l = 0.0;
      var d = 0.0;
      for (var k = 0u; k < b; k++) {
        l -= scratch[matrix + i * b + k] * scratch[source + k * b + j];
        d -= scratch[source + 2u * size + i * b + k] * scratch[matrix + k * b + j];
      }
      let sum = scratch[c + e] + (2.0 - p.last) * scratch[source + e] + p.last * l;
      scratch[c + e] = sum;
      scratch[sink + e] = l;
      scratch[sink + 2u * size + e] = d + sum;
    }
  }
  let found = home + 2u * size + ((m - 1u) & 1u) * size;${GRADIENT_OF_UPPER}`,
});

/** dQ = -(R + I)^T dR (R + I)^T / 2, since R + I = 2 (I + Q)^-1. Slots: dR, (R + I)^T dR, dQ. */
const exactGradient = kernel({
  name: "oft gradient exact",
  buffers: { targets: read("u32"), rotations: read("f32"), scratch: readWrite("f32"), gradients: readWrite("f32") },
  parameters: {},
  workgroupSize: [LANES, 1],
  helpers: [UPPER],
  body: `${startOfBlock(GRADIENT_SLOTS.exact)}
  let rotation = ${ROTATION_SLOTS}u * (${field("before")} + block * size);
  ${EVERY_ELEMENT} {
    let i = e / b;
    let j = e % b;
    var sum = scratch[home + e];
    for (var k = 0u; k < b; k++) { sum += rotations[rotation + k * b + i] * scratch[home + k * b + j]; }
    scratch[home + size + e] = sum;
  }
  storageBarrier();
  let found = home + 2u * size;
  ${EVERY_ELEMENT} {
    let i = e / b;
    let j = e % b;
    var sum = scratch[home + size + e];
    for (var k = 0u; k < b; k++) { sum += scratch[home + size + i * b + k] * rotations[rotation + j * b + k]; }
    scratch[found + e] = -0.5 * sum;
  }${GRADIENT_OF_UPPER}`,
});

/** From the rotations' gradients to those of the skew blocks' upper triangles. One workgroup a block: [blocks * lanes, targets] */
export const oftGradient = { neumann: neumannGradient, exact: exactGradient } as const;
