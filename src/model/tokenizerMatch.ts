// Two tokenizers side by side: whether the ids of one mean the same to the other.

import type { Tokenizer } from "./tokenizer";

/** Differing tokens named in a message. */
const TOKENS_SHOWN = 3;

/**
 * How `other` differs from `own` in size, special tokens or the meaning of an id; empty when ids can pass between them. Each entry is
 * a phrase such as "vocabulary size 300 and 212".
 */
export function tokenizerDifferences(own: Tokenizer, other: Tokenizer): string[] {
  const differences: string[] = [];
  const compare = (what: string, mine: unknown, theirs: unknown): void => {
    if (mine !== theirs) differences.push(`${what} ${String(mine)} and ${String(theirs)}`);
  };
  compare("vocabulary size", own.vocabSize, other.vocabSize);
  compare("BOS id", own.bosTokenId, other.bosTokenId);
  compare("EOS id", own.eosTokenId, other.eosTokenId);
  compare("PAD id", own.padTokenId, other.padTokenId);
  const stops = ({ stopTokenIds }: Tokenizer): string => stopTokenIds.toSorted((a, b) => a - b).join(", ");
  compare("stop ids", stops(own), stops(other));

  const shared = Math.min(own.vocabSize, other.vocabSize);
  const unlike = Array.from({ length: shared }, (_, id) => id).filter((id) => own.tokenText(id) !== other.tokenText(id));
  for (const id of unlike.slice(0, TOKENS_SHOWN))
    compare(`token ${id}`, JSON.stringify(own.tokenText(id)), JSON.stringify(other.tokenText(id)));
  if (unlike.length > TOKENS_SHOWN) differences.push(`${unlike.length - TOKENS_SHOWN} more tokens`);
  return differences;
}
