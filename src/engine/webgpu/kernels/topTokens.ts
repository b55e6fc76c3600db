// The most probable next tokens of rows of logits.

import { kernel, read, readWrite } from "../kernel";
import { bothWays, sharedRows } from "./helpers";

/**
 * Writes k pairs (id, log-probability as bits) a row to `found` from `foundAt` on, most probable first, ties by smaller id.
 * Each round looks for the best token behind the last one.
 */
export const topTokens = bothWays((sharing) => {
  const rows = sharedRows(sharing);
  return kernel({
    name: `top tokens ${sharing}`,
    buffers: { logits: read("f32"), statistics: read("f32"), found: readWrite("u32") },
    parameters: { rows: "u32", vocab: "u32", stride: "u32", at: "u32", foundAt: "u32", k: "u32" },
    workgroupSize: rows.workgroupSize,
    shared: rows.shared,
    helpers: rows.helpers,
    body: `
${rows.start}
  if (which >= p.rows) { return; }
  let row = which * p.stride;
  var lastId = NONE;
  var lastLogit = 3.4e38;
  for (var rank = 0u; rank < p.k; rank++) {
    var best = -3.4028234e38;
    var bestId = NONE;
    for (var v = part; v < p.vocab; v += ${rows.lanes}u) {
      let z = logits[row + v];
      let behind = z < lastLogit || (z == lastLogit && lastId != NONE && v > lastId);
      if (behind && (z > best || bestId == NONE)) {
        best = z;
        bestId = v;
      }
    }
    lastId = min(bestOfRow(part, best, bestId), p.vocab - 1u);
    lastLogit = logits[row + lastId];
    if (part == 0u) {
      let slot = p.foundAt + (which * p.k + rank) * 2u;
      found[slot] = lastId;
      found[slot + 1u] = bitcast<u32>(lastLogit - statistics[p.at + which * 4u + 2u]);
    }
  }`,
  });
});
