// Samples to the token rows that a reward network reads, slice by slice.

import type { TokenBatch } from "../engine/engine";
import { rightPad } from "../engine/tokenBatch";
import type { RewardSample } from "./rewardModel";

/** Rows scored in one pass. */
const ROWS_PER_PASS = 64;

/**
 * Scores of query + response, right-padded, in slices of rows: what `scoreBatch` says about each row (fact sheet 4.1). [samples]
 * @param padTokenId also of the ids that `tokenOf` gives
 */
export async function scoreSamples(
  samples: readonly RewardSample[],
  padTokenId: number,
  scoreBatch: (batch: TokenBatch) => Promise<Float32Array>,
  tokenOf: (id: number) => number = (id) => id,
): Promise<Float32Array> {
  const scores = new Float32Array(samples.length);
  for (let first = 0; first < samples.length; first += ROWS_PER_PASS) {
    const rows = samples.slice(first, first + ROWS_PER_PASS).map((sample) => wholeSequence(sample).map(tokenOf));
    scores.set(await scoreBatch(rightPad(rows, padTokenId)), first);
  }
  return scores;
}

function wholeSequence({ query, response }: RewardSample): Int32Array {
  const row = new Int32Array(query.length + response.length);
  row.set(query);
  row.set(response, query.length);
  return row;
}
