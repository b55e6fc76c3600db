// Replay files taken apart and put together again with right checksums, so that damage gets past the first check.

import { crc32Number } from "../../src/crc32";
import { encodeChunk } from "../../src/interop/replayChunks";
import { openReplay, type ReplayEnd } from "../../src/interop/replayFile";
import { MAGIC, type ReplayMeta, VERSION } from "../../src/interop/replayFormat";
import { decodeMeta, encodeMeta } from "../../src/interop/replayMeta";
import { decodeStep, encodeStep } from "../../src/interop/replayStep";
import type { StepRecord } from "../../src/records";
import { replayMeta, type Shape, stepRecord } from "../interop/replayFixture";
import { joinBytes, utf8 } from "./byteEdits";
import { refusalDepth } from "./fuzz";
import { sameData } from "./sameData";

const SHAPE: Shape = {
  seed: 3,
  batch: 3,
  longestQuery: 3,
  longestResponse: 4,
  minibatchSize: 2,
  epochs: 2,
  detailRows: 2,
  gold: true,
  evaluated: true,
};
const ALL_ROWS = { rows: 65_535, detailRows: 65_535 };

export const META: ReplayMeta = replayMeta(3);
export const META_PAYLOAD = encodeMeta(META);
/** A keyframe with everything, a step with little, one without responses, and one between. */
export const STEP_PAYLOADS: readonly Uint8Array[] = [
  SHAPE,
  { ...SHAPE, detailRows: 0, gold: false, evaluated: false, epochs: 0 },
  { ...SHAPE, longestQuery: 1, longestResponse: 0 },
  { ...SHAPE, batch: 5, detailRows: 5 },
].map((shape, step) => encodeStep(stepRecord(step, { ...shape, seed: shape.seed + step }), META, { rows: 4, detailRows: 2 }));

const START = Uint8Array.from([...MAGIC, VERSION, 0, 0, 0]);
export const END = new Uint8Array(8);

export async function fileOf(payloads: readonly Uint8Array[]): Promise<Uint8Array> {
  return joinBytes(START, ...(await Promise.all(payloads.map(encodeChunk))), END);
}

export function fileOfChunks(chunks: readonly Uint8Array[]): Uint8Array {
  return joinBytes(START, ...chunks);
}

/** A chunk around stored bytes that need not be deflated; `length` may lie. */
export function chunkOf(stored: Uint8Array, length = stored.length, sum = crc32Number(stored)): Uint8Array {
  const header = new DataView(new ArrayBuffer(8));
  header.setUint32(0, length, true);
  header.setUint32(4, sum, true);
  return joinBytes(new Uint8Array(header.buffer), stored);
}

/** A step's payload as the text of its JSON and the arrays behind. */
export function stepParts(payload: Uint8Array): { readonly json: Uint8Array; readonly arrays: Uint8Array } {
  const length = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
  return { json: payload.subarray(4, 4 + length), arrays: payload.subarray(4 + length) };
}

export function stepPayload(json: string, arrays: Uint8Array): Uint8Array {
  const text = utf8(json);
  const size = new DataView(new ArrayBuffer(4));
  size.setUint32(0, text.length, true);
  return joinBytes(new Uint8Array(size.buffer), text, arrays);
}

export const REPLAY_REFUSALS = {
  "another kind of file": /^Expected a replay file of PPO Lab/,
  "another version": /^Expected a replay file of version/,
  "no description": /ends before its first step/,
  checksum: /a checksum does not fit/,
  inflating: /does not inflate/,
} as const;

export const STEP_REFUSALS = {
  "not JSON": /expected JSON/,
  "a field of the step": /^Replay file, step/,
  "arrays too short": /expected \d+ numbers of \d bytes/,
  "arrays too long": /expected the step to end/,
  "token ids": /expected token ids below/,
  "an empty prompt": /expected a prompt in row/,
  "too many numbers": /expected at most \d+ (numbers|alternatives|minibatches)/,
  "minibatch rows": /expected minibatch rows/,
} as const;

/** Reads to the end and tells how it ended; everything that was accepted has to come back from being written again. */
export async function readWhole(bytes: Uint8Array): Promise<string> {
  const reader = await openReplay(bytes);
  const { meta } = reader;
  expectSameMeta(meta);
  const reading = reader.steps();
  let before = -1;
  for (;;) {
    const next = await reading.next();
    if (next.done) return endDepth(next.value);
    if (next.value.step <= before) throw new TypeError(`Expected steps in order, got ${next.value.step} behind ${before}.`);
    before = next.value.step;
    expectSameStep(next.value, meta);
  }
}

function endDepth(end: ReplayEnd): string {
  return end.kind === "damaged"
    ? `prefix, then: ${refusalDepth(end.reason, { ...REPLAY_REFUSALS, ...STEP_REFUSALS, ...FILE_ENDS })}`
    : end.kind;
}

const FILE_ENDS = { order: /expected steps in order/, "something behind the end": /nothing after the end/ } as const;

export function expectSameMeta(meta: ReplayMeta): void {
  // As JSON, which has no -0.
  if (JSON.stringify(decodeMeta(encodeMeta(meta))) !== JSON.stringify(meta))
    throw new TypeError("Expected the description to come back as it was.");
}

export function expectSameStep(record: StepRecord, meta: Pick<ReplayMeta, "info">): void {
  const again = decodeStep(encodeStep(record, meta, ALL_ROWS), meta);
  const changed = Object.keys(record).filter((field) => !sameData(again[field as keyof StepRecord], record[field as keyof StepRecord]));
  if (changed.length > 0) throw new TypeError(`Expected the step to come back as it was, but ${changed.join(", ")} changed.`);
}
