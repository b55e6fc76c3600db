// From logits to the next token of every row: the processors of sampling.ts, then argmax(logit + Gumbel), all on the GPU.

import { kernel, read, readWrite } from "../kernel";
import { bothWays, GUMBEL, IS_NON_FINITE, NATURAL_LOG, PCG, sharedRows } from "./helpers";

/** A logit that a processor dropped. */
const DROPPED = "-3.4028234e38";
const EACH = "for (var v = part; v < p.vocab; v += LANES)";

/** Bits in the order of the numbers they stand for. */
const ORDER = `
fn order(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select(bits | 0x80000000u, ~bits, (bits >> 31u) == 1u);
}`;

const TOP_K = `
  if (p.topK > 0u && p.topK < p.vocab) {
    var threshold = 0u;
    for (var bit = 0x80000000u; bit > 0u; bit >>= 1u) {
      var mine = 0u;
      ${EACH} { mine += select(0u, 1u, order(logits[row + v]) >= (threshold | bit)); }
      if (countOfRow(part, mine) >= p.topK) { threshold |= bit; }
    }
    ${EACH} { if (order(logits[row + v]) < threshold) { logits[row + v] = ${DROPPED}; } }
  }`;

// Ascending mass up to 1 - topP goes: all below `boundary`, and of the logits equal to it as many as still fit, by id.
const TOP_P = `
  var largest = 0.0;
  var boundary = ${DROPPED};
  var fitting = 0.0;
  if (p.topP < 1.0) {
    var mine = ${DROPPED};
    ${EACH} { mine = max(mine, logits[row + v]); }
    largest = largestOfRow(part, mine);
    var mass = 0.0;
    ${EACH} { mass += exp(logits[row + v] - largest); }
    let budget = (1.0 - p.topP) * sumOfRow(part, mass);
    var below = 0u;
    for (var bit = 0x80000000u; bit > 0u; bit >>= 1u) {
      mass = 0.0;
      ${EACH} { if (order(logits[row + v]) <= (below | bit)) { mass += exp(logits[row + v] - largest); } }
      if (sumOfRow(part, mass) <= budget) { below |= bit; }
    }
    mass = 0.0;
    mine = largest;
    ${EACH} {
      let z = logits[row + v];
      if (order(z) <= below) { mass += exp(z - largest); } else { mine = min(mine, z); }
    }
    boundary = -largestOfRow(part, -mine);
    fitting = (budget - sumOfRow(part, mass)) / exp(boundary - largest);
  }`;

const CUT = `
fn isCut(row: u32, v: u32, boundary: f32, fitting: f32, largest: f32) -> bool {
  let z = logits[row + v];
  if (z != boundary || fitting < 1.0) { return z < boundary; }
  var upTo = 1.0;
  var survives = z == largest;
  for (var other = 0u; other < p.vocab; other++) {
    if (logits[row + other] != z) { continue; }
    if (other < v) { upTo += 1.0; }
    if (other > v) { survives = false; }
  }
  return upTo <= fitting && !survives;
}`;

/**
 * tokens[tokensAt + row] = the token at response index `responseIndex`, or padToken in a row that ended before; ended[row] is
 * set by stop tokens, `seen` [rows, seenWords] by every token drawn. One workgroup a row; the logits are overwritten.
 */
export const sampleToken = bothWays((sharing) => {
  const rows = sharedRows(sharing);
  return kernel({
    name: `sample token ${sharing}`,
    buffers: { inputs: read("u32"), logits: readWrite("f32"), tokens: readWrite("u32"), ended: readWrite("u32"), seen: readWrite("u32") },
    parameters: {
      rows: "u32",
      vocab: "u32",
      stride: "u32",
      tokensAt: "u32",
      responseIndex: "u32",
      firstRow: "u32",
      keyPrefix: "u32",
      doSample: "u32",
      temperature: "f32",
      topK: "u32",
      topP: "f32",
      repetitionPenalty: "f32",
      seenWords: "u32",
      stops: "u32",
      stopCount: "u32",
      padToken: "u32",
    },
    workgroupSize: rows.workgroupSize,
    shared: rows.shared,
    helpers: [IS_NON_FINITE, NATURAL_LOG, PCG, ORDER, GUMBEL, CUT, `const LANES = ${rows.lanes}u;`, ...rows.helpers],
    body: `
${rows.start}
  if (which >= p.rows) { return; }
  let row = which * p.stride;
  let seenAt = which * p.seenWords;
  ${EACH} {
    var z = logits[row + v];
    if (p.repetitionPenalty != 1.0 && ((seen[seenAt + v / 32u] >> (v % 32u)) & 1u) == 1u) {
      z = select(z / p.repetitionPenalty, z * p.repetitionPenalty, z < 0.0);
    }
    if (isNonFinite(z)) {
      let bits = bitcast<u32>(z);
      z = select(select(3.4028234e38, -3.4028234e38, bits == 0xff800000u), 0.0, (bits & 0x007fffffu) != 0u);
    }
    if (p.doSample != 0u) { z = clamp(z / p.temperature, -3.4028234e38, 3.4028234e38); }
    logits[row + v] = z;
  }
${TOP_K}
${TOP_P}
${rows.meet}
  let prefix = pcg(pcg(p.keyPrefix ^ (p.firstRow + which)) ^ p.responseIndex);
  var best = -3.4028234e38;
  var bestId = NONE;
  ${EACH} {
    var z = logits[row + v];
    if (p.doSample != 0u) {
      if (z <= ${DROPPED} || (p.topP < 1.0 && isCut(row, v, boundary, fitting, largest))) { continue; }
      z += gumbel(pcg(prefix ^ v));
    }
    if (z > best || bestId == NONE) {
      best = z;
      bestId = v;
    }
  }
  let winner = bestOfRow(part, best, bestId);
  if (part == 0u) {
    var token = min(winner, p.vocab - 1u);
    if (ended[which] != 0u) { token = p.padToken; }
    tokens[p.tokensAt + which] = token;
    for (var k = 0u; k < p.stopCount; k++) { if (inputs[p.stops + k] == token) { ended[which] = 1u; } }
    seen[seenAt + token / 32u] |= 1u << (token % 32u);
  }`,
  });
});
