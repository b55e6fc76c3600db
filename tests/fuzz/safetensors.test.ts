// Weights files that nobody saved: read only when every byte has its place.

import fc from "fast-check";
import { readFileSync } from "node:fs";
import { test } from "vitest";
import { CheckpointError } from "../../src/errors";
import { readSafetensors, writeSafetensors } from "../../src/model/safetensors";
import { byteEdits, editBytes, joinBytes, utf8 } from "./byteEdits";
import { fuzz } from "./fuzz";
import { editJson, jsonEdits, seldom } from "./jsonEdits";
import { sameData } from "./sameData";
import { TARGET_TIMEOUT } from "./settings";

const golden = new Uint8Array(readFileSync("tests/golden/llama_model.safetensors"));

function expectSame(bytes: Uint8Array): string {
  const { tensors } = readSafetensors(bytes);
  if (!sameData(readSafetensors(writeSafetensors(tensors, "F32")).tensors, tensors))
    throw new TypeError("Expected the tensors to come back as they were.");
  return "read";
}

const EARLY = {
  "header too long": /header of at most/,
  "header beyond the file": /but the file has only/,
  "header no JSON": /the header is not JSON\./,
} as const;

test("bytes: flipped, cut, shifted, overwritten", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "safetensors bytes",
    // Most of a file is numbers, of which any will do: half of the damage goes to the first bytes.
    cases: fc.oneof(
      byteEdits,
      fc.tuple(byteEdits, fc.nat(2100)).map(([edits, at]) => edits.map((edit) => ({ ...edit, at }))),
    ),
    read: (edits) => expectSame(editBytes(golden, edits)),
    errors: [CheckpointError],
    refusals: { ...EARLY, "too short": /at least 8 bytes|but the file holds/ },
    accepted: ["read"],
  }),
);

const SMALL = {
  __metadata__: { format: "pt" },
  a: { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] },
  b: { dtype: "F16", shape: [4], data_offsets: [24, 32] },
  c: { dtype: "BF16", shape: [1, 2, 1], data_offsets: [32, 36] },
  empty: { dtype: "F32", shape: [0, 7], data_offsets: [36, 36] },
  d: { dtype: "F32", shape: [], data_offsets: [36, 40] },
};
const DATA = Uint8Array.from({ length: 40 }, (_, i) => i * 7);

/** Sizes whose product or sum leaves what a number holds, and offsets that overlap or leave a gap. */
const sizes = fc.array(fc.constantFrom(0, 1, 2, 3, 65_536, 2 ** 31, 2 ** 32, 2 ** 52, Number.MAX_SAFE_INTEGER), { maxLength: 9 });
const offsets = fc.tuple(fc.constantFrom(0, 24, 28, 32, 36, 40, 2 ** 32, 2 ** 53 - 2), fc.constantFrom(0, 24, 32, 36, 40, 44, 2 ** 53 - 1));
/** Places that are right in themselves but leave gaps or overlap. */
const floats = fc
  .tuple(fc.nat(3), fc.nat(12))
  .map(([size, at]) => ({ dtype: "F32", shape: [size], data_offsets: [4 * at, 4 * (at + size)] }));
const tensor = fc.record({
  name: fc.constantFrom("a", "b", "c", "empty", "d"),
  shape: seldom(sizes),
  offsets: seldom(offsets),
  floats: seldom(floats),
});

test("headers: bent JSON, overlapping and overflowing tensors", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "safetensors header",
    cases: fc.record({
      tensors: fc.array(tensor, { maxLength: 2 }),
      edits: jsonEdits,
      data: seldom(fc.nat(60)),
      extra: seldom(fc.oneof(fc.integer({ min: -9, max: 99 }), fc.nat(0xffff_0000))),
    }),
    read: ({ tensors, edits, data, extra }) => {
      const header: Record<string, object> = structuredClone(SMALL);
      for (const { name, shape, offsets: place, floats: entry } of tensors)
        Object.assign(header[name] ?? {}, shape && { shape }, place && { data_offsets: place }, entry);
      const json = utf8(editJson(header, edits));
      const prefix = new DataView(new ArrayBuffer(8));
      prefix.setUint32(0, json.length + (extra ?? 0), true);
      return expectSame(joinBytes(new Uint8Array(prefix.buffer), json, data === null ? DATA : new Uint8Array(data)));
    },
    errors: [CheckpointError],
    refusals: {
      ...EARLY,
      "header no object": /header is not a JSON object/,
      metadata: /__metadata__/,
      "an entry no object": /the entry of/,
      dtype: /expected dtype/,
      shape: /the shape of/,
      offsets: /data_offsets of/,
      "another size": /but its offsets span/,
      "gap or overlap": /begins at byte/,
      "another length": /but the file holds/,
    },
    accepted: ["read"],
  }),
);
