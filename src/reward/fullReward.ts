// Reward kind `full`: a separate frozen network whose value head scores a prompt with its response.

import type { EngineModel } from "../engine/engine";
import { rightPad } from "../engine/tokenBatch";
import type { RewardModel, RewardSample } from "./rewardModel";

/** Rows scored in one pass. */
const ROWS_PER_PASS = 64;

/**
 * Score = value head at the last real token of query + response, right-padded (fact sheet 4.1). Owns `model`: dispose frees it.
 * @param model shares tokenizer and vocabulary with the policy
 */
export function fullReward(model: EngineModel, padTokenId: number): RewardModel {
  return {
    kind: "full",
    async score(samples) {
      const scores = new Float32Array(samples.length);
      for (let first = 0; first < samples.length; first += ROWS_PER_PASS) {
        const rows = samples.slice(first, first + ROWS_PER_PASS).map(wholeSequence);
        scores.set(await model.scoreLastToken(rightPad(rows, padTokenId)), first);
      }
      return scores;
    },
    dispose: () => model.dispose(),
  };
}

function wholeSequence({ query, response }: RewardSample): Int32Array {
  const row = new Int32Array(query.length + response.length);
  row.set(query);
  row.set(response, query.length);
  return row;
}
