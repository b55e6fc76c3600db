// Reward kind `full`: a separate frozen network whose value head scores a prompt with its response.

import type { EngineModel } from "../engine/engine";
import type { RewardModel } from "./rewardModel";
import { scoreSamples } from "./sampleScores";

/**
 * Score = value head at the last real token of query + response, right-padded (fact sheet 4.1). Owns `model`: dispose frees it.
 * Ids that the network does not know, which only a policy with another vocabulary makes, count modulo its vocabulary: the scores
 * are then noise, but the run goes on.
 */
export function fullReward(model: EngineModel, padTokenId: number): RewardModel {
  const { vocabSize } = model.config;
  const known = (id: number): number => id % vocabSize;
  return {
    kind: "full",
    score: (samples) => scoreSamples(samples, known(padTokenId), (batch) => model.scoreLastToken(batch), known),
    dispose: () => model.dispose(),
  };
}
