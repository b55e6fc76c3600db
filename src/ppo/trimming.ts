// From generated rows to (query, response) token lists, by the reference's rules (fact sheet 3.3).

import { ShapeError } from "../errors";

/**
 * A prompt as PPO trains on it: from its first token that is not PAD. A leading real token that equals PAD (PAD = BOS) is
 * cut as well, as the reference does.
 * @throws ShapeError when nothing but PAD is there.
 */
export function trimQuery(prompt: Int32Array, padTokenId: number): Int32Array {
  const first = prompt.findIndex((id) => id !== padTokenId);
  if (first < 0) throw new ShapeError("Prompt: expected at least one token that is not PAD, got none. Remove empty prompts.");
  return prompt.slice(first);
}

/**
 * A response cut behind its last token that is not PAD; PADs in the middle stay. When EOS = PAD one more token is kept (the
 * EOS itself, if the row had ended); a response without any real token keeps one.
 * @param generated one generated row, padded behind its end
 */
export function trimResponse(generated: Int32Array, padTokenId: number, eosTokenId: number): Int32Array {
  const last = generated.findLastIndex((id) => id !== padTokenId);
  if (last < 0) return generated.slice(0, 1);
  return generated.slice(0, last + (eosTokenId === padTokenId ? 2 : 1));
}
