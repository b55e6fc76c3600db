// Preferences: answers to prompts go in, pairs labelled by the gold scorer come out, a few of them labelled wrongly on purpose.

import type { RandomSource } from "../random";
import type { Judge } from "../ppo/scoring";
import type { PreferencePair } from "./rewardModelling";

/** An answer somebody (the base model, the grammar, a spoiler) gave to a prompt. */
export interface Answer {
  readonly text: string;
  /** Response token ids, EOS included if it ended. */
  readonly response: Int32Array;
  readonly ended: boolean;
}

/** A prompt with the answers it got. */
export interface AnsweredPrompt {
  readonly query: Int32Array;
  readonly queryText: string;
  readonly answers: readonly Answer[];
}

/**
 * Pairs of neighbouring answers to the same prompt (first with second, third with fourth, ...), the one of higher gold chosen;
 * pairs of equal gold say nothing and are left out.
 * @param labelNoise share of pairs whose label is turned round, as human labels sometimes are
 */
export function preferencePairs(
  prompts: readonly AnsweredPrompt[],
  judge: Judge,
  labelNoise: number,
  random: RandomSource,
): PreferencePair[] {
  const pairs: PreferencePair[] = [];
  for (const { query, queryText, answers } of prompts) {
    const judged = answers.map(({ text, response, ended }) => ({
      sequence: Int32Array.of(...query, ...response),
      gold: judge(queryText, text, ended).gold,
    }));
    for (let i = 0; i + 1 < judged.length; i += 2) {
      const [a, b] = [judged[i], judged[i + 1]];
      if (!a || !b || a.gold === b.gold) continue;
      const [better, worse] = a.gold > b.gold ? [a, b] : [b, a];
      const wrong = random.uniform() < labelNoise;
      pairs.push(wrong ? { chosen: worse.sequence, rejected: better.sequence } : { chosen: better.sequence, rejected: worse.sequence });
    }
  }
  return pairs;
}
