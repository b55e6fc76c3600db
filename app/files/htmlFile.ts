// The run and its player as one HTML file: the player's page from this site, with the replay file in it as text.

import { PLAYER_TEMPLATE, RUN_ELEMENT, RUN_PLACE, TEMPLATE_TITLE } from "../../src/interop/playerTemplate";

/** What the player is told besides the run. */
export interface PlayerWords {
  /** Of the file, in the browser's tab. */
  readonly title: string;
  /** Language that it opens in, unless its reader chose another. */
  readonly language: string;
  /** Where the lab stands; null when nobody else can reach it. */
  readonly address: string | null;
}

/** The site has no player, or it cannot be reached. */
export class PlayerMissingError extends Error {
  override readonly name = "PlayerMissingError";
}

/** @param base address of the page's folder @throws PlayerMissingError */
export async function fetchTemplate(base: string): Promise<string> {
  const response = await fetch(new URL(PLAYER_TEMPLATE, base), { credentials: "same-origin" }).catch(() => null);
  const text = response?.ok === true ? await response.text() : "";
  if (!text.includes(RUN_PLACE)) throw new PlayerMissingError("Expected the player's page on this site, got none. Load the page anew.");
  return text;
}

/** @param template as the site has it @param run the bytes of a replay file */
export async function htmlFile(template: string, run: Uint8Array<ArrayBuffer>, { title, language, address }: PlayerWords): Promise<Blob> {
  const [before = "", after = ""] = template.split(RUN_PLACE);
  const data = address === null ? "" : ` data-address="${asText(address)}"`;
  const head = before
    .replace(TEMPLATE_TITLE, () => `<title>${asText(title)}</title>`)
    .replace('<html lang="en">', () => `<html lang="${asText(language)}">`);
  const open = `<script type="application/octet-stream" id="${RUN_ELEMENT}"${data}>`;
  return new Blob([head, open, await base64(run), "</script>", after], { type: "text/html" });
}

/** For an element's text or a quoted attribute: whatever it holds stays text. */
function asText(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

const SLICE = 0x6000;

/** Made in slices of whole groups of three bytes; the page may draw between some of them. */
async function base64(bytes: Uint8Array): Promise<Blob> {
  const parts: string[] = [];
  for (let from = 0; from < bytes.length; from += SLICE) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(from, from + SLICE))));
    if (parts.length % 64 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return new Blob(parts);
}
