// The run that an HTML file holds.

import { ReplayError } from "../../../src/errors";
import { fromBase64 } from "../../../src/interop/embeddedReplay";
import { RUN_ELEMENT } from "../../../src/interop/playerTemplate";

export interface EmbeddedRun {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the lab stands; null when nobody said so, or no address of the web. */
  readonly address: string | null;
}

/** @returns null when the page holds none, or what it holds is no base64. */
export function embeddedRun(page: Document): EmbeddedRun | null {
  const element = page.getElementById(RUN_ELEMENT);
  const text = element?.textContent ?? "";
  if (element === null || text === "") return null;
  const address = element.dataset["address"] ?? "";
  try {
    return { bytes: fromBase64(text), address: /^https?:\/\//.test(address) && URL.canParse(address) ? address : null };
  } catch (error) {
    if (error instanceof ReplayError) return null;
    throw error;
  }
}
