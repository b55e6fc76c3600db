// Preferences: answers to prompts go in, pairs labelled by what labellers like come out, a few of them labelled wrongly on purpose.

import type { RandomSource } from "../random";
import type { PreferencePair } from "./rewardModelling";
import type { RewardRecipe } from "./recipe";

/** An answer somebody (the base model, the grammar, a spoiler) gave to a prompt. */
export interface Answer {
  readonly text: string;
  /** Response token ids, EOS included if it ended. */
  readonly response: Int32Array;
  readonly ended: boolean;
  /** Dead texts are spoilt on purpose; the others are what people and the base model write. */
  readonly dead: boolean;
}

/** A prompt with the answers it got. */
export interface AnsweredPrompt {
  readonly query: Int32Array;
  readonly queryText: string;
  readonly answers: readonly Answer[];
}

/**
 * Pairs of neighbouring answers to the same prompt (first with second, third with fourth, ...), the one of higher worth chosen;
 * pairs of equal worth say nothing and are left out, and with `ordinaryOnly` dead texts are before anything is paired.
 */
export function preferencePairs(
  prompts: readonly AnsweredPrompt[],
  { prefers, labelNoise, ordinaryOnly }: Pick<RewardRecipe, "prefers" | "labelNoise" | "ordinaryOnly">,
  random: RandomSource,
): PreferencePair[] {
  const pairs: PreferencePair[] = [];
  for (const { query, queryText, answers } of prompts) {
    const seen = ordinaryOnly ? answers.filter(({ dead }) => !dead) : answers;
    const judged = seen.map(({ text, response, ended }) => ({
      sequence: Int32Array.of(...query, ...response),
      worth: prefers({ queryText, responseText: text, ended }),
    }));
    for (let i = 0; i + 1 < judged.length; i += 2) {
      const [a, b] = [judged[i], judged[i + 1]];
      if (!a || !b || a.worth === b.worth) continue;
      const [better, worse] = a.worth > b.worth ? [a, b] : [b, a];
      const wrong = random.uniform() < labelNoise;
      pairs.push(wrong ? { chosen: worse.sequence, rejected: better.sequence } : { chosen: better.sequence, rejected: worse.sequence });
    }
  }
  return pairs;
}
