// The replay file inside an HTML file that the lab made of a run.

import { ReplayError } from "../errors";
import { REPLAY_CAPS } from "./replayFormat";
import { RUN_ELEMENT } from "./playerTemplate";

/** An HTML file at most: its player and the largest replay file in base64. */
export const HTML_BYTES = 8 * 2 ** 20 + Math.ceil((REPLAY_CAPS.fileBytes * 4) / 3);

const OPENING = new RegExp(`<script type="application/octet-stream" id="${RUN_ELEMENT}"[^>]{0,10000}>`);

/** Whether bytes begin as the lab's HTML files do. */
export function isHtml(bytes: Uint8Array): boolean {
  return /^\s*<!doctype html>/i.test(new TextDecoder("latin1").decode(bytes.subarray(0, 64)));
}

/** @throws ReplayError when the page holds no run. */
export function embeddedReplay(html: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder("latin1").decode(html);
  const opening = OPENING.exec(text);
  const from = opening === null ? -1 : opening.index + opening[0].length;
  const to = from < 0 ? -1 : text.indexOf("<", from);
  if (to < 0)
    throw new ReplayError("notReplay", "Expected an HTML file with a run of PPO Lab in it, got another one. Choose another file.");
  return fromBase64(text.slice(from, to));
}

/** @throws ReplayError on anything but base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  let letters: string;
  try {
    letters = atob(text);
  } catch {
    throw new ReplayError("damaged", "Expected a run of PPO Lab as base64 in the HTML file, got something else. Get the file again.");
  }
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}
