// Raw DEFLATE by the platform's own streams; inflating stops at a cap.

import { joinBytes } from "./replayBytes";

/** Input given to the inflater at a time: DEFLATE swells by at most 1032, so at most about 4 MiB wait to be read. */
const SLICE = 4096;

/** Why bytes are not inflated: more than the cap comes out, or they are no DEFLATE data. */
export class InflateError extends Error {
  override readonly name = "InflateError";
  readonly problem: "tooLarge" | "damaged";
  constructor(problem: "tooLarge" | "damaged", message: string) {
    super(message);
    this.problem = problem;
  }
}

export function deflateRaw(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return collect(slices(bytes).pipeThrough(new CompressionStream("deflate-raw")), Number.POSITIVE_INFINITY);
}

/** @throws InflateError when it is no deflated data, or more than `cap` bytes of it. */
export async function inflateRaw(stored: Uint8Array, cap: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await collect(slices(stored).pipeThrough(new DecompressionStream("deflate-raw")), cap);
  } catch (error) {
    throw error instanceof InflateError ? error : new InflateError("damaged", `Expected DEFLATE data, got others (${String(error)}).`);
  }
}

function slices(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let place = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (place < bytes.length) controller.enqueue(Uint8Array.from(bytes.subarray(place, place + SLICE)));
      place += SLICE;
      if (place >= bytes.length) controller.close();
    },
  });
}

async function collect(stream: ReadableStream<Uint8Array>, cap: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > cap) {
      void reader.cancel().catch(() => {});
      throw new InflateError("tooLarge", `Expected at most ${cap} bytes, got more.`);
    }
    parts.push(next.value);
  }
  return joinBytes(parts);
}
