// A whole replay file: what run it is and its records in, bytes out; bytes in, and the steps come one by one as far as they are good.

import { ReplayError } from "../errors";
import { joinBytes } from "./replayBytes";
import { encodeChunk, END_CHUNK, readChunk } from "./replayChunks";
import { KEPT_ROWS, type KeptRows, MAGIC, REPLAY_CAPS, type ReplayMeta, type ReplayStep, VERSION } from "./replayFormat";
import { decodeMeta, encodeMeta } from "./replayMeta";
import { decodeStep, encodeStep } from "./replayStep";
import type { WrittenStep } from "./replayStepHeader";

/** Behind the last step's chunk: a file that has it is whole. */
export const END = END_CHUNK;

/** How reading ended: at the file's end, where the file is cut off, or before a damaged step. */
export type ReplayEnd = { readonly kind: "whole" } | { readonly kind: "cut" } | { readonly kind: "damaged"; readonly reason: string };

export interface ReplayReader {
  readonly meta: ReplayMeta;
  /** The steps in order. What is good comes; damage ends the steps and is told, never thrown. */
  steps(): AsyncGenerator<ReplayStep, ReplayEnd, void>;
  /** How many bytes of the file hold its description and the steps that came so far. */
  readonly goodBytes: number;
}

/** What a file has before its steps: MAGIC, version and description. A file is this, the steps' chunks in order, and END. */
export async function replayPrefix(meta: ReplayMeta): Promise<Uint8Array<ArrayBuffer>> {
  const version = new Uint8Array(4);
  new DataView(version.buffer).setUint32(0, VERSION, true);
  return joinBytes([MAGIC, version, await encodeChunk(encodeMeta(meta))]);
}

/**
 * One step as it stands in a file; a record with `detail` becomes a keyframe.
 * @param meta only the token texts matter, so the description may change until the file is put together
 * @throws ReplayError when the step is larger than a reader accepts
 */
export function encodeStepChunk(
  record: WrittenStep,
  meta: Pick<ReplayMeta, "info">,
  keep: KeptRows = KEPT_ROWS,
): Promise<Uint8Array<ArrayBuffer>> {
  return encodeChunk(encodeStep(record, meta, keep));
}

/**
 * Records with `detail` become keyframes.
 * @throws ReplayError when there are more steps, or a step is larger, than a reader accepts.
 */
export async function writeReplay(
  meta: ReplayMeta,
  records: Iterable<WrittenStep>,
  keep: KeptRows = KEPT_ROWS,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [await replayPrefix(meta)];
  for (const record of records) parts.push(await encodeStepChunk(record, meta, keep));
  parts.push(END);
  const file = joinBytes(parts);
  if (file.length > REPLAY_CAPS.fileBytes || parts.length > REPLAY_CAPS.steps)
    throw new ReplayError(
      "tooLarge",
      `Replay file: expected at most ${REPLAY_CAPS.fileBytes} bytes, got ${file.length}. Keep fewer rows or steps.`,
    );
  return file;
}

/** @throws ReplayError when the bytes are no replay file of this version, are too many, or their description is damaged. */
export async function openReplay(bytes: Uint8Array): Promise<ReplayReader> {
  if (bytes.length > REPLAY_CAPS.fileBytes)
    throw new ReplayError("tooLarge", `Expected a replay file of at most ${REPLAY_CAPS.fileBytes} bytes, got ${bytes.length}.`);
  const start = MAGIC.length + 4;
  if (bytes.length < start || MAGIC.some((byte, i) => bytes[i] !== byte))
    throw new ReplayError("notReplay", "Expected a replay file of PPO Lab, got something else. Choose another file.");
  const version = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  if (version !== VERSION)
    throw new ReplayError(
      "version",
      `Expected a replay file of version ${VERSION}, got ${version}. Open it with another version of the lab.`,
    );
  const first = await readChunk(bytes, start);
  if (first.kind !== "chunk") throw new ReplayError("damaged", "The replay file ends before its first step. Get it again.");
  const meta = decodeMeta(first.payload);
  let goodBytes = first.next;
  return {
    meta,
    steps: () => readSteps(bytes, first.next, meta, (place) => (goodBytes = place)),
    get goodBytes() {
      return goodBytes;
    },
  };
}

async function* readSteps(
  bytes: Uint8Array,
  start: number,
  meta: ReplayMeta,
  onGood: (place: number) => void,
): AsyncGenerator<ReplayStep, ReplayEnd, void> {
  let before = -1;
  let inflated = 0;
  for (let place = start; ; ) {
    let record: ReplayStep;
    try {
      const chunk = await readChunk(bytes, place);
      if (chunk.kind === "end") onGood(bytes.length);
      if (chunk.kind !== "chunk") return { kind: chunk.kind === "end" ? "whole" : "cut" };
      inflated += chunk.payload.length;
      if (inflated > REPLAY_CAPS.inflatedBytes)
        throw new ReplayError("tooLarge", `Replay file: expected at most ${REPLAY_CAPS.inflatedBytes} bytes in all its steps, got more.`);
      record = decodeStep(chunk.payload, meta);
      if (record.step <= before)
        throw new ReplayError("damaged", "Replay file: expected steps in order. The file is damaged; get it again.");
      place = chunk.next;
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
      return { kind: "damaged", reason: error.message };
    }
    before = record.step;
    onGood(place);
    yield record;
  }
}
