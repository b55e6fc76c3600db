// The responses of a step, whole or still growing, and which token of them is looked at.

import type { StepData } from "../run/stepData";

export interface Responses {
  readonly count: number;
  /** Token ids of a row; a growing row without the padding behind its end. */
  readonly ids: (row: number) => readonly number[];
  /** null before the rollout is over. */
  readonly prompt: (row: number) => string | null;
  readonly growing: boolean;
}

/** @param tokenTexts of every token id */
export function responsesOf(step: StepData, tokenTexts: readonly string[]): Responses {
  const { rollout, growing } = step;
  if (rollout !== null)
    return {
      count: rollout.responses.length,
      ids: (row) => Array.from(rollout.responses[row] ?? []),
      prompt: (row) => rollout.queryTexts[row] ?? null,
      growing: false,
    };
  return { count: growing.length, ids: (row) => withoutPadding(growing[row] ?? [], tokenTexts), prompt: () => null, growing: true };
}

/** Written like <|end|>: no word of the text. */
export function isSpecial(text: string | undefined): boolean {
  return text !== undefined && /^<[^<>]+>$/.test(text.trim());
}

/** A row that has ended is padded until the longest one ends: with a token of its own, or with the end token again. */
function withoutPadding(ids: readonly number[], tokenTexts: readonly string[]): readonly number[] {
  let end = ids.length;
  const padding = (id: number | undefined): boolean => id !== undefined && /^<\|?pad/i.test(tokenTexts[id] ?? "");
  while (end > 0 && padding(ids[end - 1])) end--;
  while (end > 1 && ids[end - 1] === ids[end - 2] && isSpecial(tokenTexts[ids[end - 1] ?? -1])) end--;
  return ids.slice(0, end);
}

export type StopReason = "end" | "limit";

/** Why a whole response stopped: it said a special token (the stop token), or it reached the limit. */
export function stopReason(ids: readonly number[], tokenTexts: readonly string[]): StopReason {
  return isSpecial(tokenTexts[ids.at(-1) ?? -1]) ? "end" : "limit";
}

export interface Selection {
  readonly row: number;
  /** -1: the row has no token yet. */
  readonly token: number;
}

/** The chosen row and token where they exist, else the first; without a choice the newest token of a growing row. */
export function selectionIn(responses: Responses, row: number, token: number | null): Selection {
  const shownRow = row < responses.count ? row : 0;
  const last = responses.ids(shownRow).length - 1;
  if (token !== null && token <= last) return { row: shownRow, token };
  return { row: shownRow, token: responses.growing ? last : Math.min(0, last) };
}
