// One PPO step after the rollout: responses and raw scores go in, the policy is trained, everything a StepRecord tells comes out.

import { type LabConfig, quirksOf } from "../config";
import type { EngineModel, TrainingState } from "../engine/engine";
import type { AdvantagesEvent, GoldScores, MinibatchEvent, MinibatchRecord, RunWarning, ScoreEvent, StepDetail } from "../records";
import { type Advantages, computeAdvantages } from "./advantages";
import { compareBaselines } from "./baselineComparison";
import { type Experience, gatherExperience } from "./experience";
import { adaptKlCoef } from "./klController";
import { type PhaseClock, timed } from "./phaseClock";
import { type DetailWish, gatherAlternatives, gatherDetail } from "./alternatives";
import { computeRewards } from "./rewards";
import type { RunningMoments } from "./runningMoments";
import { scaleScores } from "./scoreScaling";
import { computeStatistics, type Statistics } from "./statistics";
import { updatePolicy } from "./update";
import { stepWarnings } from "./warnings";

export interface PpoStepInputs {
  readonly config: LabConfig;
  readonly step: number;
  readonly policy: EngineModel;
  /** The policy as it is now. */
  readonly before: TrainingState;
  readonly reference: EngineModel;
  readonly padTokenId: number;
  readonly queries: readonly Int32Array[];
  readonly responses: readonly Int32Array[];
  /** [batch], from the reward model. */
  readonly rawScores: Float32Array;
  readonly gold: GoldScores | null;
  /** What the trainer carries from step to step; see TrainerState. */
  readonly klCoef: number;
  readonly moments: RunningMoments;
  readonly optimizerSteps: number;
  readonly learningRate: number;
  readonly endOfDataloader: boolean;
  readonly permutation: (epoch: number) => Int32Array;
  readonly watchMinibatches: () => boolean;
  readonly samplingChanged: boolean;
  /** Record what could have been said instead; null: do not. */
  readonly detail: DetailWish | null;
  readonly clock: PhaseClock;
}

export interface PpoStepOutcome {
  readonly experience: Experience;
  /** [batch] */
  readonly scaledScores: Float32Array;
  /** [batch, seq - 1] */
  readonly rewards: Float32Array;
  readonly detail: StepDetail | null;
  readonly advantages: Advantages;
  readonly minibatches: readonly MinibatchRecord[];
  readonly epochsRun: number;
  readonly statistics: Statistics;
  readonly warnings: readonly RunWarning[];
  readonly klCoefAfter: number;
  readonly moments: RunningMoments;
  readonly optimizerSteps: number;
}

/**
 * The order of fact sheet 5.0. When the update fails or the consumer leaves in the middle of it, the policy returns to its
 * state from before the step.
 */
export async function* ppoStep(inputs: PpoStepInputs): AsyncGenerator<ScoreEvent | AdvantagesEvent | MinibatchEvent, PpoStepOutcome, void> {
  const { config, step, policy, queries, responses, rawScores, gold, klCoef, clock } = inputs;

  // 1. Scores and drift make the rewards.
  const { scores: scaledScores, moments } = scaleScores(rawScores, inputs.moments, config);
  const experience = await gatherExperience(inputs);
  const { batch, mask, logprobs, refLogprobs, kl } = experience;
  const { nonScoreRewards, rewards } = await clock.measure("rewards", () => computeRewards({ kl, mask, scores: scaledScores, klCoef }));
  const wish = inputs.detail;
  const alternatives = wish ? await clock.measure("detail", () => gatherAlternatives(inputs, experience, wish)) : null;
  const drifted = { seq: batch.seq, mask, logprobs, refLogprobs, kl, rewards, klCoef, alternatives };
  yield { phase: "score", step, scores: rawScores, scaledScores, gold, ...drifted };

  // 2. Rewards and values make the advantages.
  const credit = {
    values: experience.values,
    rewards,
    mask,
    batch: batch.batch,
    gamma: config.gamma,
    lam: config.lam,
    whitenRewards: config.ppoWhitenRewards,
    noRemaskAfterWhitening: quirksOf(config).noRemaskAfterWhitening,
  };
  const advantages = await clock.measure("advantages", () => computeAdvantages({ ...credit, baseline: config.baseline }));
  yield { phase: "advantages", step, ...advantages };

  // 3. PPO epochs.
  const update = timed(clock, "update", updatePolicy({ ...inputs, experience, advantages }));
  let finished = false;
  let detail: StepDetail | null = null;
  let updated: Awaited<ReturnType<typeof update.next>>;
  try {
    for (updated = await update.next(); !updated.done; updated = await update.next())
      yield { phase: "minibatch", step, minibatch: updated.value };
    detail = alternatives ? await clock.measure("detail", () => gatherDetail(policy, experience, alternatives)) : null;
    finished = true;
  } finally {
    await update.return(undefined as never);
    if (!finished) await rollBack(policy, inputs.before);
  }
  const { minibatches, epochsRun, optimizerSteps } = updated.value;

  // 4. Statistics, then the controller: a step uses the coefficient from before it.
  const statistics = await clock.measure("statistics", () =>
    computeStatistics({
      queries,
      responses,
      rawScores,
      scores: scaledScores,
      gold,
      mask,
      logprobs,
      refLogprobs,
      kl,
      nonScoreRewards,
      advantages: advantages.advantages,
      klCoef,
      learningRate: inputs.learningRate,
      minibatches,
      baselines: compareBaselines(credit),
    }),
  );
  const meanKl = statistics.stats["objective/kl"] as number;
  const klCoefAfter = config.adapKlCtrl
    ? adaptKlCoef({ klCoef, kl: meanKl, samples: batch.batch, target: config.ppoTarget, horizon: config.horizon })
    : klCoef;
  const warnings = stepWarnings({ config, step, kl: meanKl, mask, minibatches, samplingChanged: inputs.samplingChanged });
  return {
    experience,
    scaledScores,
    rewards,
    detail,
    advantages,
    minibatches,
    epochsRun,
    statistics,
    warnings,
    klCoefAfter,
    moments,
    optimizerSteps,
  };
}

/** Parameters, optimizer state and gradients as if the step had not begun. */
export async function rollBack(policy: EngineModel, state: TrainingState): Promise<void> {
  await policy.restoreState(state);
  await policy.zeroGradients();
  await policy.readUpdates();
}
