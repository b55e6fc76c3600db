// What a policy writes on given prompts, and how good and how varied that is.

import type { LabConfig } from "../config";
import type { EngineModel } from "../engine/engine";
import type { Tokenizer } from "../model/tokenizer";
import { tokenisePrompts } from "../ppo/prompts";
import { rollout } from "../ppo/rollout";
import { rewardSamples } from "../ppo/scoring";
import type { RewardModel, RewardSample } from "../reward/rewardModel";
import type { Scenario, ScenarioPrompt } from "../scenarios/scenario";

/** Figures about one set of samples. */
export interface SampleFigures {
  /** Mean score of the reward model; null without one. */
  readonly proxy: number | null;
  /** Means of the judge's verdict and of its parts, [0, 1]. */
  readonly gold: number;
  readonly parts: Readonly<Record<string, number>>;
  /** Distinct responses with content words masked. */
  readonly skeletons: number;
  readonly distinctResponses: number;
  /** Mean response length in tokens, EOS included. */
  readonly meanLength: number;
}

export interface SamplingInputs {
  readonly policy: EngineModel;
  readonly tokenizer: Tokenizer;
  readonly scenario: Scenario;
  /** Sampling options, seed and response limit. */
  readonly config: LabConfig;
  /** Distinguishes sets of samples: the same number draws the same noise. */
  readonly draw: number;
}

/** One response per prompt, sampled as a PPO rollout samples. */
export async function answerPrompts(inputs: SamplingInputs, prompts: readonly ScenarioPrompt[]): Promise<RewardSample[]> {
  const { policy, tokenizer, scenario, config, draw } = inputs;
  const events = rollout({
    config,
    step: draw,
    policy,
    tokenizer,
    prompts: tokenisePrompts(scenario, prompts, tokenizer, config),
    tokensPerBlock: Number.POSITIVE_INFINITY,
  });
  let event = await events.next();
  while (!event.done) event = await events.next();
  return rewardSamples(event.value.queries, event.value.responses, tokenizer);
}

/** Whether the model closed its response itself. */
export function hasEnded(sample: RewardSample, tokenizer: Tokenizer): boolean {
  return sample.response.at(-1) === tokenizer.eosTokenId;
}

export async function measureSamples(
  samples: readonly RewardSample[],
  scenario: Scenario,
  tokenizer: Tokenizer,
  rewardModel: RewardModel | null,
): Promise<SampleFigures> {
  const verdicts = samples.map((sample) => scenario.judge({ ...sample, ended: hasEnded(sample, tokenizer) }));
  const names = Object.keys(verdicts[0]?.parts ?? {});
  const texts = samples.map(({ responseText }) => responseText);
  return {
    proxy: rewardModel ? mean(await rewardModel.score(samples)) : null,
    gold: mean(verdicts.map(({ gold }) => gold)),
    parts: Object.fromEntries(names.map((name) => [name, mean(verdicts.map(({ parts }) => parts[name] ?? Number.NaN))])),
    skeletons: new Set(texts.map(scenario.skeletonOf)).size,
    distinctResponses: new Set(texts).size,
    meanLength: mean(samples.map(({ response }) => response.length)),
  };
}

export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
