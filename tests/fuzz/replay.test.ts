// Replay files that nobody wrote: read as far as they are good, or refused with a sentence.

import fc from "fast-check";
import { test } from "vitest";
import { ReplayError } from "../../src/errors";
import { encodeChunk } from "../../src/interop/replayChunks";
import { decodeMeta } from "../../src/interop/replayMeta";
import { decodeStep } from "../../src/interop/replayStep";
import { byteEdits, editBytes, textOf, utf8 } from "./byteEdits";
import { fuzz } from "./fuzz";
import { editJson, hostileJson, jsonEdits, seldom } from "./jsonEdits";
import {
  chunkOf,
  END,
  expectSameMeta,
  expectSameStep,
  fileOf,
  fileOfChunks,
  META,
  META_PAYLOAD,
  readWhole,
  REPLAY_REFUSALS,
  STEP_PAYLOADS,
  STEP_REFUSALS,
  stepParts,
  stepPayload,
} from "./replayParts";
import { TARGET_TIMEOUT } from "./settings";

const whole = await fileOf([META_PAYLOAD, ...STEP_PAYLOADS]);
const chunks = await Promise.all([META_PAYLOAD, ...STEP_PAYLOADS].map(encodeChunk));

test("bytes: random, or a good file that is flipped, cut, shifted or overwritten", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "replay bytes",
    cases: fc.oneof(
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((random) => ({ start: whole.slice(0, 0), edits: [], random })) },
      { weight: 1, arbitrary: fc.constant({ start: whole, edits: [], random: new Uint8Array() }) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.nat(60), fc.uint8Array({ maxLength: 300 }))
          .map(([cut, random]) => ({ start: whole.slice(0, cut), edits: [], random })),
      },
      { weight: 8, arbitrary: byteEdits.map((edits) => ({ start: whole, edits, random: new Uint8Array() })) },
      { weight: 2, arbitrary: fc.nat(whole.length).map((cut) => ({ start: whole.slice(0, cut), edits: [], random: new Uint8Array() })) },
    ),
    read: ({ start, edits, random }) => readWhole(Uint8Array.from([...editBytes(start, edits), ...random])),
    errors: [ReplayError],
    refusals: {
      "another kind of file": REPLAY_REFUSALS["another kind of file"],
      "another version": REPLAY_REFUSALS["another version"],
      "no description": REPLAY_REFUSALS["no description"],
      checksum: REPLAY_REFUSALS.checksum,
    },
    accepted: ["whole", "cut", "prefix, then: checksum"],
  }),
);

const chunkEdit = fc.oneof(
  fc.record({ kind: fc.constant("swap"), at: fc.nat(9), other: fc.nat(9) }),
  fc.record({ kind: fc.constant("drop"), at: fc.nat(9) }),
  fc.record({ kind: fc.constant("repeat"), at: fc.nat(9) }),
  fc.record({
    kind: fc.constant("length"),
    at: fc.nat(9),
    length: fc.oneof(fc.nat(3000), fc.constantFrom(0, 1, 0xffff_ffff, 0x7fff_ffff)),
  }),
  fc.record({ kind: fc.constant("end"), at: fc.nat(9) }),
  fc.record({ kind: fc.constant("stored"), at: fc.nat(9), edits: byteEdits }),
  fc.record({ kind: fc.constant("payload"), at: fc.nat(9), edits: byteEdits }),
);

const NO_DESCRIPTION = { kind: "end", at: 0 } as const;

test("chunks: in another order, twice, missing, of lying length, damaged under a right checksum", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "replay chunks",
    cases: fc.oneof(
      { weight: 40, arbitrary: fc.array(chunkEdit, { maxLength: 3 }) },
      { weight: 1, arbitrary: fc.constant([NO_DESCRIPTION]) },
    ),
    read: async (edits) => {
      const bent = [...chunks, END];
      for (const edit of edits) {
        const at = edit.at % bent.length;
        const chunk = bent[at];
        if (chunk === undefined) break;
        if (edit.kind === "swap") {
          const other = edit.other % bent.length;
          bent[at] = bent[other] as Uint8Array<ArrayBuffer>;
          bent[other] = chunk;
        } else if (edit.kind === "drop") bent.splice(at, 1);
        else if (edit.kind === "repeat") bent.splice(at, 0, chunk);
        else if (edit.kind === "end") bent.splice(at, 0, END);
        else if (edit.kind === "length") bent[at] = chunkOf(chunk.subarray(8), edit.length) as Uint8Array<ArrayBuffer>;
        else if (edit.kind === "stored") bent[at] = chunkOf(editBytes(chunk.subarray(8), edit.edits)) as Uint8Array<ArrayBuffer>;
        else bent[at] = await encodeChunk(editBytes(STEP_PAYLOADS[at % STEP_PAYLOADS.length] as Uint8Array, edit.edits));
      }
      return readWhole(fileOfChunks(bent));
    },
    errors: [ReplayError],
    refusals: { "no description": REPLAY_REFUSALS["no description"], inflating: REPLAY_REFUSALS.inflating, "not JSON": /expected JSON/ },
    accepted: [
      "whole",
      "cut",
      "prefix, then: order",
      "prefix, then: inflating",
      "prefix, then: not JSON",
      "prefix, then: arrays too short",
    ],
  }),
);

test("the description: bent JSON", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "replay description",
    cases: fc.oneof({ weight: 9, arbitrary: jsonEdits }, { weight: 1, arbitrary: hostileJson }),
    read: (edits) => {
      expectSameMeta(decodeMeta(utf8(typeof edits === "string" ? edits : editJson(META, edits))));
      return "read";
    },
    errors: [ReplayError],
    refusals: {
      "a field of the description": /^Replay file, description/,
      "a value of an option": /^Replay file, options/,
      "an unknown option": /this lab has no option/,
      "an unknown engine": /expected one of the engines/,
    },
    accepted: ["read"],
  }),
);

test("a step's JSON: bent, before good arrays", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "replay step JSON",
    cases: fc.record({
      step: fc.nat(STEP_PAYLOADS.length - 1),
      /** Whose arrays. */
      other: seldom(fc.nat(STEP_PAYLOADS.length - 1)),
      edits: jsonEdits,
    }),
    read: ({ step, other, edits }) => {
      const { json } = stepParts(STEP_PAYLOADS[step] as Uint8Array);
      const { arrays } = stepParts(STEP_PAYLOADS[other ?? step] as Uint8Array);
      const payload = stepPayload(editJson(JSON.parse(textOf(json)), edits), arrays);
      expectSameStep(decodeStep(payload, META), META);
      return "read";
    },
    errors: [ReplayError],
    refusals: {
      "a field of the step": STEP_REFUSALS["a field of the step"],
      "arrays too short": STEP_REFUSALS["arrays too short"],
      "arrays too long": STEP_REFUSALS["arrays too long"],
    },
    accepted: ["read"],
  }),
);

test("a step's arrays: bent, behind good JSON", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "replay step arrays",
    cases: fc.record({
      step: fc.nat(STEP_PAYLOADS.length - 1),
      // Lengths and ids come first; most of what follows is numbers, of which any will do.
      edits: fc.oneof(
        byteEdits,
        fc.tuple(byteEdits, fc.nat(60)).map(([edits, at]) => edits.map((edit) => ({ ...edit, at }))),
      ),
    }),
    read: ({ step, edits }) => {
      const { json, arrays } = stepParts(STEP_PAYLOADS[step] as Uint8Array);
      expectSameStep(decodeStep(stepPayload(textOf(json), editBytes(arrays, edits)), META), META);
      return "read";
    },
    errors: [ReplayError],
    refusals: {
      "arrays too short": STEP_REFUSALS["arrays too short"],
      "arrays too long": STEP_REFUSALS["arrays too long"],
      "token ids": STEP_REFUSALS["token ids"],
      "an empty prompt": STEP_REFUSALS["an empty prompt"],
      "too many numbers": STEP_REFUSALS["too many numbers"],
      "minibatch rows": STEP_REFUSALS["minibatch rows"],
    },
    accepted: ["read"],
  }),
);
