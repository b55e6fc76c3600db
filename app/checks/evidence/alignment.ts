// Two renderings of one prompt token under token.

import type { DiffPart } from "../../../src/gates/templateGate";

/** A token as shown: alike on both sides, on this side only, or the place of one that only the other side has. */
export interface ShownToken {
  readonly text: string;
  readonly id?: number;
  readonly mark: "same" | "differs" | "gap";
}

/** One side's tokens, with a gap where only the other side has one, so that both rows line up. */
export function aligned(diff: readonly DiffPart[], side: "training" | "evaluation"): ShownToken[] {
  return diff.flatMap(({ kind, tokens }) => {
    const mark = kind === "both" ? "same" : kind === side ? "differs" : "gap";
    return tokens.map((text) => ({ text, mark }) as const);
  });
}
