// Bytes of a recording from the site or from a file, never more than the format allows; and which address the page was asked for.

import { ReplayError } from "../../src/errors";
import { embeddedReplay, HTML_BYTES, isHtml } from "../../src/interop/embeddedReplay";
import { REPLAY_CAPS } from "../../src/interop/replayFormat";

export const EXAMPLE = "recordings/reviews.ppolab";

const tooLarge = (): ReplayError =>
  new ReplayError("tooLarge", `Expected a replay file of at most ${REPLAY_CAPS.fileBytes} bytes, got more.`);

/**
 * The recording that `?replay=ADDRESS` names, or the site's example.
 * @param base address of the page's folder
 * @returns null for an address on another origin, which is never asked
 */
export function recordingAddress(search: string, base: string): { readonly url: string; readonly name: string | null } | null {
  const asked = new URLSearchParams(search).get("replay");
  if (asked === null) return { url: new URL(EXAMPLE, base).href, name: null };
  if (!URL.canParse(asked, base)) return null;
  const url = new URL(asked, base);
  const ours = url.origin === new URL(base).origin && /^https?:$/.test(url.protocol);
  return ours ? { url: url.href, name: url.pathname.split("/").at(-1) ?? "" } : null;
}

/** @throws ReplayError when it is too large; TypeError when nothing comes. */
export async function fetchRecording(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { redirect: "error", credentials: "same-origin" });
  if (!response.ok || response.body === null) throw new TypeError(`HTTP ${response.status}`);
  const reader = response.body.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > REPLAY_CAPS.fileBytes) {
      void reader.cancel();
      throw tooLarge();
    }
    parts.push(next.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** A replay file, or an HTML file that holds one. @throws ReplayError when it is too large, or an HTML file without a run. */
export async function readFile(file: File): Promise<Uint8Array> {
  const html = file.size > 0 && isHtml(new Uint8Array(await file.slice(0, 64).arrayBuffer()));
  if (file.size > (html ? HTML_BYTES : REPLAY_CAPS.fileBytes)) throw tooLarge();
  const bytes = new Uint8Array(await file.arrayBuffer());
  return html ? embeddedReplay(bytes) : bytes;
}
