// Scoring: trimmed responses go in; the reward model's raw scores and the hidden judge's verdicts come out.

import { NonFiniteError, ShapeError } from "../errors";
import type { Tokenizer } from "../model/tokenizer";
import type { GoldScores } from "../records";
import type { RewardModel, RewardSample } from "../reward/rewardModel";
import type { Scenario } from "../scenarios/scenario";

export type Judge = Scenario["judge"];

/** Token lists with their texts, special tokens kept in the query and left out of the response. */
export function rewardSamples(queries: readonly Int32Array[], responses: readonly Int32Array[], tokenizer: Tokenizer): RewardSample[] {
  return queries.map((query, i) => {
    const response = responses[i] as Int32Array;
    return {
      query,
      response,
      queryText: tokenizer.decode(query, { skipSpecialTokens: false }),
      responseText: tokenizer.decode(response, { skipSpecialTokens: true }),
    };
  });
}

/**
 * Raw scores, [batch] (fact sheet 4.1).
 * @throws ShapeError on a wrong count, NonFiniteError on NaN or infinity: PPO never trains on bad scores.
 */
export async function scoreResponses(rewardModel: RewardModel, samples: readonly RewardSample[]): Promise<Float32Array> {
  const scores = await rewardModel.score(samples);
  if (scores.length !== samples.length)
    throw new ShapeError(
      `Reward model: expected ${samples.length} scores, one per response, got ${scores.length}. Check the reward model.`,
    );
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0)
    throw new NonFiniteError("scores", `Reward model: expected a finite score for response ${bad}, got ${scores[bad]}. Check its weights.`);
  return scores;
}

/** What the judge says; null without a judge. A response has ended when its last token is EOS. */
export function goldScores(judge: Judge | null, samples: readonly RewardSample[], eosTokenId: number): GoldScores | null {
  if (!judge) return null;
  const verdicts = samples.map(({ queryText, response, responseText }) =>
    judge({ queryText, responseText, ended: response.at(-1) === eosTokenId }),
  );
  const names = new Set(verdicts.flatMap((verdict) => Object.keys(verdict.parts)));
  return {
    gold: Float32Array.from(verdicts, (verdict) => verdict.gold),
    parts: Object.fromEntries(
      [...names].map((name) => [name, Float32Array.from(verdicts, (verdict) => verdict.parts[name] ?? Number.NaN)]),
    ),
  };
}
