// Text to a link's letters and back: raw DEFLATE, then base64url. Inflating stops at a cap.

import { deflateRaw, InflateError, inflateRaw } from "../../src/interop/deflateRaw";
import { LinkError } from "./linkError";

export async function deflate(text: string): Promise<string> {
  return toBase64Url(await deflateRaw(new TextEncoder().encode(text)));
}

/** @throws LinkError when it is no deflated text, or more than `cap` bytes of it. */
export async function inflate(letters: string, cap: number): Promise<string> {
  const stored = fromBase64Url(letters);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await inflateRaw(stored, cap));
  } catch (error) {
    if (error instanceof InflateError && error.problem === "tooLarge")
      throw new LinkError("tooLarge", `Expected a link that holds at most ${cap} bytes, got more. It is not one of the lab's.`);
    throw new LinkError("damaged", "The link's data do not inflate. Copy the whole link again.");
  }
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
