// A pasted text as the address of a recording, where it is one.

import { FILE_EXTENSION } from "../../src/interop/replayFormat";
import { recordingAddress } from "../replay/fetchRecording";

/** Longer texts are no addresses. */
const LONGEST = 4096;

/**
 * The address of a replay file, or of this page with `?replay=`.
 * @param base address of the page's folder
 * @returns "foreign" for a recording on another origin, which is never asked; null for any other text
 */
export function pastedAddress(text: string, base: string): { readonly url: string; readonly name: string | null } | "foreign" | null {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST || /\s/.test(trimmed) || !URL.canParse(trimmed)) return null;
  const url = new URL(trimmed);
  if (!/^https?:$/.test(url.protocol)) return null;
  const asked = url.searchParams.get("replay");
  if (asked === null && !url.pathname.toLowerCase().endsWith(FILE_EXTENSION)) return null;
  if (url.origin !== new URL(base).origin) return "foreign";
  const search = `?${new URLSearchParams({ replay: asked ?? url.href })}`;
  return recordingAddress(search, asked === null ? base : new URL(".", url).href) ?? "foreign";
}
