// Answers to learn preferences from: the base model's own, the grammar's, and spoilt ones.

import type { LabConfig } from "../config";
import type { EngineModel } from "../engine/engine";
import type { Tokenizer } from "../model/tokenizer";
import type { RandomSource } from "../random";
import type { ScenarioPrompt } from "../scenarios/scenario";
import { answerPrompts, hasEnded } from "./measure";
import type { Answer, AnsweredPrompt } from "./preferences";
import type { PretrainRecipe } from "./recipe";

export interface AnswerSources {
  readonly recipe: PretrainRecipe;
  readonly base: EngineModel;
  readonly tokenizer: Tokenizer;
  /** Sampling options of the base model. */
  readonly config: LabConfig;
}

/** Token ids of a text with EOS behind. */
export function closed(tokenizer: Tokenizer, text: string): Int32Array {
  return Int32Array.of(...tokenizer.encode(text), tokenizer.eosTokenId);
}

/**
 * `answersPerPrompt` answers to every prompt, the sources mixed at random in the recipe's shares.
 * @param draw distinguishes sets of samples of the base model
 */
export async function collectAnswers(
  { recipe, base, tokenizer, config }: AnswerSources,
  prompts: readonly ScenarioPrompt[],
  draw: number,
  random: RandomSource,
): Promise<AnsweredPrompt[]> {
  const { scenario, answerShares } = recipe;
  const kinds = prompts.map(() => Array.from({ length: recipe.answersPerPrompt }, () => random.uniform()));
  const baseRows = prompts.flatMap((prompt, i) => (kinds[i] as number[]).filter((u) => u < answerShares.base).map(() => prompt));
  const sampled = await answerPrompts({ policy: base, tokenizer, scenario, config, draw }, baseRows);
  let nextSample = 0;
  const sampledAnswer = (): Answer => {
    const sample = sampled[nextSample++] as (typeof sampled)[number];
    return { text: sample.responseText, response: sample.response, ended: hasEnded(sample, tokenizer), dead: false };
  };
  const written = (text: string, ended: boolean, dead: boolean): Answer => ({
    text,
    ended,
    dead,
    response: ended ? closed(tokenizer, text) : tokenizer.encode(text),
  });
  return prompts.map((prompt, i) => ({
    query: tokenizer.encode(scenario.renderPrompt(prompt, config.template)),
    queryText: scenario.renderPrompt(prompt, config.template),
    answers: (kinds[i] as number[]).map((u) => {
      if (u < answerShares.base) return sampledAnswer();
      if (u < answerShares.base + answerShares.corpus) return written(recipe.writeResponse(prompt.text, random), true, false);
      const dead = recipe.writeDeadText(prompt.text, random);
      // A response has at least one token, so an empty text is closed at once.
      return written(dead.text, dead.ended || dead.text === "", true);
    }),
  }));
}
