// The size of a file in words.

import type { NumberWriter } from "../strings/numbers";

/** In units of 1000 bytes, as download lists show them. */
export function sizeText(bytes: number, numbers: Pick<NumberWriter, "whole" | "fixed">): string {
  return bytes < 999_500 ? `${numbers.whole(Math.ceil(bytes / 1000))} kB` : `${numbers.fixed(bytes / 1e6, 1)} MB`;
}
