// Reward kind `rule`: a function of the text scores each response.

import type { RewardRuleEntry } from "../scenarios/scenario";
import type { RewardModel } from "./rewardModel";

/** `ended`: the model closed the response with EOS. */
export type Scorer = RewardRuleEntry["score"];

/** Calls `scorer` once per sample. */
export function ruleReward(scorer: Scorer, eosTokenId: number): RewardModel {
  return {
    kind: "rule",
    async score(samples) {
      return Float32Array.from(samples, ({ queryText, response, responseText }) =>
        scorer({ queryText, responseText, ended: response.at(-1) === eosTokenId }),
      );
    },
    dispose() {},
  };
}
