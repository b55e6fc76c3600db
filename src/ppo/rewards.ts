// Per-token rewards: the price of drift at every token, the score at the last response token.

import { ShapeError } from "../errors";

export interface RewardInputs {
  /** [batch, columns] drift per token. */
  readonly kl: Float32Array;
  /** [batch, columns], 1 on response columns. */
  readonly mask: Float32Array;
  /** [batch] scaled scores. */
  readonly scores: Float32Array;
  readonly klCoef: number;
}

export interface Rewards {
  /** [batch, columns] -klCoef * kl, at every column. */
  readonly nonScoreRewards: Float32Array;
  /** [batch, columns] the same plus the score at the last column with mask 1. */
  readonly rewards: Float32Array;
}

/**
 * Fact sheet 5.5 (Ziegler et al. 2019: R = r - beta KL, spread over the tokens).
 * @throws ShapeError when a row has no response column.
 */
export function computeRewards({ kl, mask, scores, klCoef }: RewardInputs): Rewards {
  const columns = mask.length / scores.length;
  const nonScoreRewards = kl.map((drift) => -klCoef * drift);
  const rewards = nonScoreRewards.slice();
  scores.forEach((score, row) => {
    const last = mask.subarray(row * columns, (row + 1) * columns).lastIndexOf(1);
    if (last < 0)
      throw new ShapeError(`Rewards: expected a response in row ${row}, got a mask of zeros. Responses hold at least one token.`);
    rewards[row * columns + last] = (nonScoreRewards[row * columns + last] as number) + score;
  });
  return { nonScoreRewards, rewards };
}
