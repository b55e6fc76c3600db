// What one PPO step produced, put together into the StepRecord that every view reads.

import type { RunSizes } from "../config";
import type { EvaluationRecord, GoldScores, StepRecord } from "../records";
import type { PhaseClock } from "./phaseClock";
import type { PpoStepOutcome } from "./ppoStep";
import { evaluationStatistics } from "./statistics";

export interface StepRecordInputs {
  readonly step: number;
  readonly sizes: RunSizes;
  readonly queries: readonly Int32Array[];
  readonly responses: readonly Int32Array[];
  readonly queryTexts: readonly string[];
  readonly responseTexts: readonly string[];
  /** [batch] */
  readonly rawScores: Float32Array;
  readonly gold: GoldScores | null;
  readonly outcome: PpoStepOutcome;
  /** Of this step, as the learning rate. */
  readonly klCoef: number;
  readonly learningRate: number;
  readonly log: StepRecord["log"];
  readonly initialEvaluation: EvaluationRecord | null;
  readonly evaluation: EvaluationRecord | null;
  /** Without evaluation on unseen prompts. */
  readonly clock: PhaseClock;
  readonly evaluationSeconds: number;
}

export function stepRecord(inputs: StepRecordInputs): StepRecord {
  const { step, sizes, rawScores, outcome, evaluation, clock, evaluationSeconds } = inputs;
  const { experience, advantages, statistics } = outcome;
  return {
    keptRows: null,
    step,
    totalSteps: sizes.totalSteps,
    epoch: step / sizes.batchesPerEpoch,
    batch: sizes.batchSize,
    seq: experience.batch.seq,
    queries: inputs.queries,
    responses: inputs.responses,
    queryTexts: inputs.queryTexts,
    responseTexts: inputs.responseTexts,
    scores: rawScores,
    scaledScores: outcome.scaledScores,
    gold: inputs.gold,
    mask: experience.mask,
    logprobs: experience.logprobs,
    refLogprobs: experience.refLogprobs,
    kl: experience.kl,
    rewards: outcome.rewards,
    ...advantages,
    detail: outcome.detail,
    minibatches: outcome.minibatches,
    epochsRun: outcome.epochsRun,
    stats: { ...statistics.stats, ...(evaluation ? evaluationStatistics(evaluation) : {}), ...timings(clock) },
    vectors: statistics.vectors,
    klCoef: inputs.klCoef,
    klCoefAfter: outcome.klCoefAfter,
    learningRate: inputs.learningRate,
    log: inputs.log,
    warnings: outcome.warnings,
    initialEvaluation: inputs.initialEvaluation,
    evaluation,
    seconds: { ...phaseSeconds(clock), evaluation: evaluationSeconds, total: clock.total() + evaluationSeconds },
  };
}

/** TRL's `time/ppo/` statistics: its total leaves out rollout and scoring. */
function timings(clock: PhaseClock): Record<string, number> {
  return {
    "time/ppo/forward_pass": clock.seconds("evaluate") + clock.seconds("reference"),
    "time/ppo/compute_rewards": clock.seconds("rewards"),
    "time/ppo/compute_advantages": clock.seconds("advantages"),
    "time/ppo/optimize_step": clock.seconds("update"),
    "time/ppo/calc_stats": clock.seconds("statistics"),
    "time/ppo/total": clock.total() - clock.seconds("rollout") - clock.seconds("score"),
  };
}

function phaseSeconds(clock: PhaseClock): Record<string, number> {
  const phases = ["rollout", "score", "reference", "evaluate", "update"] as const;
  return Object.fromEntries(phases.map((phase) => [phase, clock.seconds(phase)]));
}
