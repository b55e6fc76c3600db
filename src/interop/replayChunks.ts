// Payloads to chunks (length, CRC-32, deflated bytes) and back; inflating stops at a cap.

import { crc32Number } from "../crc32";
import { ReplayError } from "../errors";
import { deflateRaw, InflateError, inflateRaw } from "./deflateRaw";
import { damaged, joinBytes } from "./replayBytes";
import { REPLAY_CAPS } from "./replayFormat";

const HEADER_BYTES = 8;

/** The chunk that ends a file. */
export const END_CHUNK = new Uint8Array(HEADER_BYTES);

/** @throws ReplayError when the payload is larger than a reader accepts. */
export async function encodeChunk(payload: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  if (payload.length > REPLAY_CAPS.payloadBytes)
    throw new ReplayError(
      "tooLarge",
      `Replay file: expected at most ${REPLAY_CAPS.payloadBytes} bytes a step, got ${payload.length}. Keep fewer rows.`,
    );
  const stored = await deflateRaw(payload);
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  header.setUint32(0, stored.length, true);
  header.setUint32(4, crc32Number(stored), true);
  return joinBytes([new Uint8Array(header.buffer), stored]);
}

export type Chunk =
  | { readonly kind: "chunk"; readonly payload: Uint8Array; readonly next: number }
  | { readonly kind: "end" }
  /** The bytes stop within the chunk. */
  | { readonly kind: "cut" };

/** @throws ReplayError when the chunk is damaged or inflates beyond the cap. */
export async function readChunk(bytes: Uint8Array, place: number): Promise<Chunk> {
  if (bytes.length - place < HEADER_BYTES) return { kind: "cut" };
  const header = new DataView(bytes.buffer, bytes.byteOffset + place, HEADER_BYTES);
  const length = header.getUint32(0, true);
  const sum = header.getUint32(4, true);
  if (length === 0 && sum === 0) {
    if (place + HEADER_BYTES !== bytes.length)
      throw damaged(`expected nothing after the end of the run, got ${bytes.length - place} bytes`);
    return { kind: "end" };
  }
  const next = place + HEADER_BYTES + length;
  if (next > bytes.length) return { kind: "cut" };
  const stored = bytes.subarray(place + HEADER_BYTES, next);
  if (crc32Number(stored) !== sum) throw damaged("a checksum does not fit its bytes");
  return { kind: "chunk", payload: await inflate(stored), next };
}

async function inflate(stored: Uint8Array): Promise<Uint8Array> {
  try {
    return await inflateRaw(stored, REPLAY_CAPS.payloadBytes);
  } catch (error) {
    if (error instanceof InflateError && error.problem === "tooLarge")
      throw new ReplayError(
        "tooLarge",
        `Replay file: expected at most ${REPLAY_CAPS.payloadBytes} bytes a step, got more. The file is not one of the lab's.`,
      );
    throw damaged("a chunk does not inflate");
  }
}
