// Pairwise reward-model loss (Bradley-Terry): scores of chosen and rejected responses go in, loss and gradient come out.

import { exp, log } from "../elementary";
import { ShapeError } from "../errors";
import type { RewardPairLossResult } from "./lossHead";

/**
 * loss = mean over pairs of -log sigmoid(chosen - rejected) (fact sheet 7.4).
 * @param scores [2 n]; rows 2i are chosen, rows 2i + 1 rejected
 * @returns `dScores` [2 n] = dLoss / dScores
 * @throws ShapeError when the number of scores is odd or 0.
 */
export function rewardPairLoss(scores: Float32Array): { result: RewardPairLossResult; dScores: Float32Array } {
  if (scores.length === 0 || scores.length % 2 !== 0)
    throw new ShapeError(`Reward pair loss: expected chosen and rejected rows in turn, got ${scores.length} scores. Pass whole pairs.`);
  const pairs = scores.length / 2;
  const dScores = new Float32Array(scores.length);
  let loss = 0;
  let right = 0;
  for (let i = 0; i < pairs; i++) {
    const margin = (scores[2 * i] as number) - (scores[2 * i + 1] as number);
    // -log sigmoid(x) = log(1 + e^-|x|) + max(-x, 0) never overflows.
    const tail = exp(-Math.abs(margin));
    loss += log(1 + tail) + Math.max(-margin, 0);
    const wrongProbability = margin >= 0 ? tail / (1 + tail) : 1 / (1 + tail); // sigmoid(-margin)
    dScores[2 * i] = -wrongProbability / pairs;
    dScores[2 * i + 1] = wrongProbability / pairs;
    if (margin > 0) right++;
  }
  return { result: { kind: "rewardPair", loss: loss / pairs, accuracy: right / pairs }, dScores };
}
