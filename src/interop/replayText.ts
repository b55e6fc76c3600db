// Texts of a step made from its token ids, where that gives exactly the tokenizer's texts; else they are stored.

import { damaged } from "./replayBytes";
import { REPLAY_CAPS } from "./replayFormat";

export interface StepTexts {
  readonly queryTexts: readonly string[];
  readonly responseTexts: readonly string[];
}

/** The words of the ids with spaces between them, none before a punctuation mark; tokens written like <|end|> are left out. */
export function joinTokens(ids: Int32Array, tokenTexts: readonly string[]): string {
  const words: string[] = [];
  for (const id of ids) {
    const text = tokenTexts[id] ?? "";
    if (!/^<\|.*\|>$/.test(text)) words.push(text);
  }
  return words.join(" ").replace(/ ([.,!?])/g, "$1");
}

/** @throws ReplayError when the texts would be longer than a step's may be. */
export function joinedTexts(queries: readonly Int32Array[], responses: readonly Int32Array[], tokenTexts: readonly string[]): StepTexts {
  let length = 0;
  for (const ids of [...queries, ...responses]) for (const id of ids) length += (tokenTexts[id]?.length ?? 0) + 1;
  if (length > REPLAY_CAPS.stepTextLength) throw damaged(`expected at most ${REPLAY_CAPS.stepTextLength} characters a step, got ${length}`);
  const join = (ids: Int32Array): string => joinTokens(ids, tokenTexts);
  return { queryTexts: queries.map(join), responseTexts: responses.map(join) };
}

/** Whether `joinedTexts` gives back the record's texts. */
export function textsAreJoined(
  { queryTexts, responseTexts }: StepTexts,
  queries: readonly Int32Array[],
  responses: readonly Int32Array[],
  tokenTexts: readonly string[],
): boolean {
  const same = (texts: readonly string[], ids: readonly Int32Array[]): boolean =>
    texts.every((text, i) => text === joinTokens(ids[i] ?? new Int32Array(), tokenTexts));
  return same(queryTexts, queries) && same(responseTexts, responses);
}
