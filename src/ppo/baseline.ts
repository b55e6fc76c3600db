// What an advantage is measured against: the value head's values go in, those of the chosen baseline come out.

import type { Baseline } from "../config";
import { maskedMean } from "../loss/maskedMoments";

export interface BaselineInputs {
  /** [batch, columns] the value head's masked values. */
  readonly values: Float32Array;
  /** [batch, columns] masked rewards. */
  readonly rewards: Float32Array;
  /** [batch, columns], 1 on response columns. */
  readonly mask: Float32Array;
  readonly batch: number;
  readonly gamma: number;
}

/**
 * V that generalised advantage estimation uses, [batch, columns], 0 outside the mask.
 *
 *   valueHead  the value head's estimate, PPO's critic
 *   batchMean  one number b at every response token: the mean over all response tokens of the batch of their reward-to-go
 *              G_t = R_t + gamma G_(t+1), a response's own tokens included
 *   none       0: the advantage is the (gamma lam)-discounted reward-to-go itself (Williams 1992, REINFORCE)
 *
 * With gamma = lam = 1 `batchMean` only shifts what `none` gives, and whitening takes a shift out again; below 1 it also weighs
 * tokens by their distance from the end.
 */
export function baselineValues(baseline: Baseline, { values, rewards, mask, batch, gamma }: BaselineInputs): Float32Array {
  switch (baseline) {
    case "valueHead":
      return values;
    case "none":
      return new Float32Array(values.length);
    case "batchMean": {
      const mean = maskedMean(rewardsToGo(rewards, batch, gamma), mask);
      return mask.map((m) => (m === 0 ? 0 : mean));
    }
  }
}

/** G_t = R_t + gamma G_(t+1), 0 beyond the last column; [batch, columns]. */
function rewardsToGo(rewards: Float32Array, batch: number, gamma: number): Float32Array {
  const columns = rewards.length / batch;
  const toGo = new Float32Array(rewards.length);
  for (let row = 0; row < batch; row++) {
    let following = 0;
    for (let i = (row + 1) * columns - 1; i >= row * columns; i--) {
      following = (rewards[i] as number) + gamma * following;
      toGo[i] = following;
    }
  }
  return toGo;
}
