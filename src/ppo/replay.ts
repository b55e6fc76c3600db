// Parity: a recorded reference run and an engine go in; the run is replayed without randomness; the differences come out.

import type { LabConfig } from "../config";
import type { Engine, EngineModel } from "../engine/engine";
import { ShapeError } from "../errors";
import { adapterReward } from "../reward/adapterReward";
import { fullReward } from "../reward/fullReward";
import type { RewardModel } from "../reward/rewardModel";
import { PhaseClock } from "./phaseClock";
import { type PpoStepOutcome, ppoStep } from "./ppoStep";
import { readRecordedOptions } from "./recordedOptions";
import type { RecordedRun, RecordedStep } from "./recordedRun";
import { toleranceMultiple, weightDifference } from "./replayDifference";
import { advanceState, initialTrainerState, type TrainerState } from "./trainerState";

/** |difference| <= absolute + relative |recorded|, element by element. */
const STATISTICS_TOLERANCE = { absolute: 1e-4, relative: 1e-3 };
const SCORE_TOLERANCE = 1e-5;
const WEIGHTS_P999_TOLERANCE = 2e-5;
/** GPU arithmetic rounds otherwise. */
const WEIGHTS_P999_TOLERANCE_WEBGPU = 1e-4;
/** Of the growth of the coefficient in a step (the reference rounds it to float32), on top of what the tolerance of the KL moves it. */
const KL_COEF_GROWTH_TOLERANCE = 1e-6;

export interface ReplayReport {
  readonly steps: number;
  /** Largest difference over all statistics as a multiple of its tolerance, and where. */
  readonly statistics: { readonly multiple: number; readonly key: string; readonly step: number };
  /** Largest difference of the scores recomputed from the reward weights; null without such weights. */
  readonly scores: number | null;
  readonly weights: { readonly p999: number; readonly max: number; readonly stepsCompared: number };
  readonly ignoredOptions: readonly string[];
  /** Why the replay does not match; empty when it does. */
  readonly problems: readonly string[];
}

/** Thrown out of the update when the record holds no further PPO epoch. */
class EpochsExhausted extends Error {}

/**
 * Replays a run in reference mode: recorded queries, responses, scores, permutations, learning rates; everything else is
 * computed by the functions that the trainer uses, from the replay's own weights.
 * @throws ConfigError on recorded options that cannot be replayed.
 */
export async function replayRun(run: RecordedRun, engine: Engine): Promise<ReplayReport> {
  const { config, ignored } = readRecordedOptions(run.args, run.ppo);
  const state = initialTrainerState({ ...config, finetuningType: run.finetuningType });
  const comparison = new Comparison();
  const models: EngineModel[] = [];
  let steps = 0;
  try {
    const { policy, reference, reward } = await createModels(run, engine, models);
    for (const step of run.steps) {
      if (reward) comparison.compareScores(await scoreError(reward, step));
      const klCoefBefore = state.klCoef;
      const outcome = await replayStep(step, state, policy, reference, run.padTokenId);
      if (!outcome) {
        comparison.problems.push(`step ${steps + 1}: the record ends after ${step.permutations.length} PPO epochs, the replay would go on`);
        break;
      }
      steps++;
      comparison.compareStatistics(outcome, step, steps);
      comparison.compareKlCoef(klCoefBefore, outcome, step, steps, config);
      await comparison.compareWeights(policy, step);
    }
  } finally {
    for (const created of models) created.dispose();
  }
  return comparison.report(steps, ignored, engine.name.endsWith("webgpu"));
}

interface ReplayModels {
  readonly policy: EngineModel;
  /** The policy itself when it trains an adapter. */
  readonly reference: EngineModel;
  readonly reward: RewardModel | null;
}

/** Every model made is in `models`, also when a later one fails. */
async function createModels(run: RecordedRun, engine: Engine, models: EngineModel[]): Promise<ReplayModels> {
  const { config, policy: recorded, reward, padTokenId } = run;
  const frozen = async (label: string, weights: RecordedRun["policy"]["weights"]) => {
    models.push(await engine.createModel({ label, config, weights, trainable: null }));
    return models.at(-1) as EngineModel;
  };
  const createPolicy = async () => {
    const { weights, parametrisation: trainable, adapter } = recorded;
    models.push(
      await engine.createModel({ label: "policy", config, weights, trainable, ...(adapter ? { adapter: adapter.tensors } : {}) }),
    );
    return models.at(-1) as EngineModel;
  };
  if (!reward || "weights" in reward) {
    const network = reward && fullReward(await frozen("reward model", reward.weights), padTokenId);
    const policy = await createPolicy();
    return { policy, reference: recorded.adapter ? policy : await frozen("reference", recorded.weights), reward: network };
  }
  for (const [i, adapter] of recorded.rewardAdapters.entries()) {
    const policy = await createPolicy();
    const swapped = await adapterReward(policy, { adapter, head: reward.head }, padTokenId);
    const isLast = i === recorded.rewardAdapters.length - 1;
    if (isLast || (await scoreError(swapped, run.steps[0] as RecordedStep)) <= SCORE_TOLERANCE)
      return { policy, reference: policy, reward: swapped };
  }
  throw new ShapeError("Recorded run: expected an adapter for the reward head, got none. Record the run again.");
}

/** Runs one recorded step; null when more PPO epochs would be run than were recorded. */
async function replayStep(
  recorded: RecordedStep,
  state: TrainerState,
  policy: EngineModel,
  reference: EngineModel,
  padTokenId: number,
): Promise<PpoStepOutcome | null> {
  const events = ppoStep({
    config: state.config,
    step: state.step,
    policy,
    before: await policy.saveState(),
    reference,
    padTokenId,
    queries: recorded.queries,
    responses: recorded.responses,
    rawScores: recorded.scores,
    gold: null,
    klCoef: state.klCoef,
    moments: state.moments,
    optimizerSteps: state.optimizerSteps,
    learningRate: recorded.learningRate,
    endOfDataloader: recorded.endOfDataloader,
    permutation: (epoch) => {
      const permutation = recorded.permutations[epoch];
      if (!permutation) throw new EpochsExhausted();
      return permutation;
    },
    watchMinibatches: () => false,
    samplingChanged: false,
    detail: null,
    clock: new PhaseClock(),
  });
  try {
    let next = await events.next();
    while (!next.done) next = await events.next();
    advanceState(state, next.value);
    return next.value;
  } catch (error) {
    if (error instanceof EpochsExhausted) return null;
    throw error;
  }
}

/** Largest difference between a step's recorded scores and those that the reward model gives now. */
async function scoreError(reward: RewardModel, { queries, responses, scores }: RecordedStep): Promise<number> {
  const samples = queries.map((query, i) => ({ query, response: responses[i] as Int32Array, queryText: "", responseText: "" }));
  return toleranceMultiple(await reward.score(samples), scores, { absolute: 1, relative: 0 });
}

/** Collects the largest differences and the reasons to fail. */
class Comparison {
  readonly problems: string[] = [];
  private scores: number | null = null;
  private worst = { multiple: 0, key: "none", step: 0 };
  private weights = { p999: 0, max: 0, stepsCompared: 0 };

  compare(
    key: string,
    step: number,
    replayed: ArrayLike<number> | undefined,
    recorded: ArrayLike<number>,
    tolerance = STATISTICS_TOLERANCE,
  ): void {
    const multiple = toleranceMultiple(replayed, recorded, tolerance);
    if (multiple > this.worst.multiple) this.worst = { multiple, key, step };
  }

  /** @param step 1-based, for messages; so in the following */
  compareStatistics(outcome: PpoStepOutcome, recorded: RecordedStep, step: number): void {
    const { stats, vectors } = outcome.statistics;
    for (const [key, numbers] of recorded.stats) {
      const scalar = stats[key];
      this.compare(key, step, scalar === undefined ? vectors[key] : [scalar], numbers);
    }
    if (outcome.epochsRun !== recorded.permutations.length)
      this.problems.push(`step ${step}: the record ran ${recorded.permutations.length} PPO epochs, the replay ${outcome.epochsRun}`);
  }

  /** A step moves the coefficient by 1e-4 of itself or less, which the statistics' tolerance would not see: its growth is compared. */
  compareKlCoef(before: number, outcome: PpoStepOutcome, recorded: RecordedStep, step: number, config: LabConfig): void {
    const kl = Math.abs(outcome.statistics.stats["objective/kl"] as number);
    const klTolerance = STATISTICS_TOLERANCE.absolute + STATISTICS_TOLERANCE.relative * kl;
    const absolute = KL_COEF_GROWTH_TOLERANCE + (klTolerance / config.ppoTarget) * (recorded.scores.length / config.horizon);
    this.compare("kl_coef_before", step, [before], [recorded.klCoefBefore]);
    this.compare("kl_coef_after", step, [outcome.klCoefAfter / before], [recorded.klCoefAfter / recorded.klCoefBefore], {
      absolute,
      relative: 0,
    });
  }

  compareScores(error: number): void {
    this.scores = Math.max(this.scores ?? 0, error);
  }

  /** The trained tensors and the value head. */
  async compareWeights(policy: EngineModel, recorded: RecordedStep): Promise<void> {
    if (!recorded.theta) return;
    const { p999, max } = weightDifference((await policy.saveState()).parameters, recorded.theta);
    this.weights = {
      p999: Math.max(this.weights.p999, p999),
      max: Math.max(this.weights.max, max),
      stepsCompared: this.weights.stepsCompared + 1,
    };
  }

  report(steps: number, ignoredOptions: readonly string[], webgpu: boolean): ReplayReport {
    const limit = webgpu ? WEIGHTS_P999_TOLERANCE_WEBGPU : WEIGHTS_P999_TOLERANCE;
    const { worst, weights, scores, problems } = this;
    if (!(worst.multiple <= 1)) problems.push(`${worst.key} at step ${worst.step} is ${worst.multiple.toPrecision(3)} tolerances away`);
    if (scores !== null && !(scores <= SCORE_TOLERANCE))
      problems.push(`recomputed scores differ by ${scores.toExponential(2)}, allowed ${SCORE_TOLERANCE}`);
    if (!(weights.p999 <= limit))
      problems.push(`weights differ by ${weights.p999.toExponential(2)} at the 99.9th percentile, allowed ${limit}`);
    if (weights.stepsCompared === 0) problems.push("no step's weights were compared");
    return { steps, statistics: worst, scores, weights, ignoredOptions, problems };
  }
}
