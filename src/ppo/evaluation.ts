// Evaluation during training: the policy answers prompts that training never sees; what judge, reward model and reference say comes out.

import type { LabConfig } from "../config";
import type { EngineModel } from "../engine/engine";
import { ConfigError } from "../errors";
import type { Tokenizer } from "../model/tokenizer";
import type { EvaluationFigures, EvaluationRecord } from "../records";
import type { RewardModel } from "../reward/rewardModel";
import { gatherExperience } from "./experience";
import { PhaseClock } from "./phaseClock";
import { rollout } from "./rollout";
import { goldScores, type Judge, rewardSamples, scoreResponses } from "./scoring";
import { mean } from "./statistics";

/** Tokenised and rendered by `evalTemplate`, unpadded. */
export interface EvaluationPrompts {
  readonly heldout: readonly Int32Array[];
  readonly hard: readonly Int32Array[];
}

export interface EvaluationInputs {
  readonly config: LabConfig;
  readonly policy: EngineModel;
  readonly reference: EngineModel;
  readonly rewardModel: RewardModel;
  readonly tokenizer: Tokenizer;
  readonly judge: Judge | null;
  readonly prompts: EvaluationPrompts;
}

/** Stands where training's draws have the PPO step, which never gets so far; the same at every evaluation. */
const Draw = { heldout: 0xffff_ffff, hard: 0xffff_fffe } as const;

/** Every `evalSteps` PPO steps, before the first and after the last. */
export function isEvaluationDue({ evalSteps }: LabConfig, stepsDone: number, totalSteps: number): boolean {
  return evalSteps > 0 && (stepsDone % evalSteps === 0 || stepsDone === totalSteps);
}

/**
 * The prompts that an evaluation answers: the first `evalSamples` of each set; none when evaluation is off.
 * @throws ConfigError when evaluation is on and a set has no prompts.
 */
export function evaluationPrompts({ evalSteps, evalSamples }: LabConfig, prompts: EvaluationPrompts | null): EvaluationPrompts | null {
  if (evalSteps === 0) return null;
  if (!prompts || prompts.heldout.length === 0 || prompts.hard.length === 0)
    throw new ConfigError(
      `Evaluation every ${evalSteps} PPO steps needs held-out and hard prompts, got ${prompts?.heldout.length ?? 0} and ${prompts?.hard.length ?? 0}. Add prompts, or set evalSteps to 0.`,
    );
  return { heldout: prompts.heldout.slice(0, evalSamples), hard: prompts.hard.slice(0, evalSamples) };
}

/**
 * Greedy answers, or with `evalDoSample` sampled under the sampling options in force; no dropout. Reads the models only: weights,
 * optimizer, running moments and draws of the training stay as they are.
 * @throws NonFiniteError on scores or log-probabilities that are NaN or infinite.
 */
export async function evaluatePolicy(inputs: EvaluationInputs, stepsDone: number): Promise<EvaluationRecord> {
  const { heldout, hard } = inputs.prompts;
  return {
    stepsDone,
    heldout: await evaluateSet(inputs, stepsDone, heldout, Draw.heldout),
    hard: await evaluateSet(inputs, stepsDone, hard, Draw.hard),
  };
}

async function evaluateSet(
  { config, policy, reference, rewardModel, tokenizer, judge }: EvaluationInputs,
  stepsDone: number,
  prompts: readonly Int32Array[],
  draw: number,
): Promise<EvaluationFigures> {
  const sampling = { ...config, doSample: config.evalDoSample };
  const blocks = rollout({ config: sampling, step: draw, policy, tokenizer, prompts, tokensPerBlock: Number.POSITIVE_INFINITY });
  let block = await blocks.next();
  while (!block.done) block = await blocks.next();
  const { queries, responses } = block.value;

  const samples = rewardSamples(queries, responses, tokenizer);
  const scores = await scoreResponses(rewardModel, samples);
  const verdicts = goldScores(judge, samples, tokenizer.eosTokenId);
  const { kl, mask } = await gatherExperience({
    config: { ...config, klPenalty: "full", summaryDropoutProb: 0, promptColumnStats: false, referenceMode: false },
    step: stepsDone,
    policy,
    reference,
    queries,
    responses,
    padTokenId: tokenizer.padTokenId,
    clock: new PhaseClock(),
  });
  return {
    gold: verdicts ? mean(verdicts.gold) : null,
    goldParts: Object.fromEntries(Object.entries(verdicts?.parts ?? {}).map(([part, values]) => [part, mean(values)])),
    proxy: mean(scores),
    responseLength: mean(responses.map((response) => response.length)),
    kl: kl.reduce((sum, drift, i) => (mask[i] === 0 ? sum : sum + drift), 0) / queries.length,
    queryTexts: queries.map((query) => tokenizer.decode(query, { skipSpecialTokens: true })),
    responseTexts: samples.map(({ responseText }) => responseText),
    scores,
    verdicts,
  };
}
