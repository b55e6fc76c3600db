// Text to a link's letters and back: raw DEFLATE by the browser's own streams, then base64url. Inflating stops at a cap.

import { LinkError } from "./linkError";

/** Input given to the inflater at a time: DEFLATE swells by at most 1032, so at most about 1 MiB waits to be read. */
const SLICE = 1024;

export async function deflate(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return toBase64Url(await collect(stream, Number.POSITIVE_INFINITY));
}

/** @throws LinkError when it is no deflated text, or more than `cap` bytes of it. */
export async function inflate(letters: string, cap: number): Promise<string> {
  const stored = fromBase64Url(letters);
  try {
    const bytes = await collect(slices(stored).pipeThrough(new DecompressionStream("deflate-raw")), cap);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw error instanceof LinkError ? error : new LinkError("damaged", "The link's data do not inflate. Copy the whole link again.");
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
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > cap) {
      void reader.cancel().catch(() => {});
      throw new LinkError("tooLarge", `Expected a link that holds at most ${cap} bytes, got more. It is not one of the lab's.`);
    }
    parts.push(Uint8Array.from(next.value));
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function toBase64Url(bytes: Uint8Array): string {
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(letters: string): Uint8Array {
  if (!/^[\w-]+$/.test(letters) || letters.length % 4 === 1)
    throw new LinkError("damaged", "Expected letters, digits, - and _ in a link's data, got something else. Copy the whole link again.");
  const text = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
