// The trainer: models and prompts go in; one PPO step after the other is played out as typed phase events.

import { CONFIG_FIELDS, FIELDS, type LabConfig, runSizes, validateConfig } from "../config";
import type { EngineModel, TrainingState } from "../engine/engine";
import { ConfigError, DeviceLostError } from "../errors";
import type { Tokenizer } from "../model/tokenizer";
import type { EvaluationEvent, EvaluationRecord, PhaseEvent } from "../records";
import type { RewardModel } from "../reward/rewardModel";
import type { DetailWish } from "./alternatives";
import { epochPermutation, promptBatch } from "./batches";
import { evaluatePolicy, type EvaluationPrompts, evaluationPrompts, isEvaluationDue } from "./evaluation";
import { learningRateAt } from "./learningRate";
import { meterStep } from "./meters";
import { PhaseClock, timed } from "./phaseClock";
import { ppoStep, rollBack } from "./ppoStep";
import { responseLimit, rollout } from "./rollout";
import { goldScores, type Judge, rewardSamples, scoreResponses } from "./scoring";
import { stepRecord } from "./stepRecord";
import { advanceState, betterPolicy, initialTrainerState, type TrainerState } from "./trainerState";

/** Changed by the caller while the run goes on. */
export interface TrainerControl {
  /** Response tokens per event of the rollout; Infinity for whole responses. */
  tokensPerBlock: number;
  /** Yield every minibatch as it is done; else all of an epoch together, which spares a GPU engine the waiting. */
  watchMinibatches: boolean;
  /** Record what could have been said instead, from the next PPO step; null: do not. */
  detail: DetailWish | null;
  /** Live options (`FIELDS[...].live`) for the next PPO step, which takes them and resets this to null. */
  pendingConfig: Partial<LabConfig> | null;
}

export interface TrainerInputs {
  readonly config: LabConfig;
  /** Trained in place. */
  readonly policy: EngineModel;
  readonly reference: EngineModel;
  readonly rewardModel: RewardModel;
  readonly tokenizer: Tokenizer;
  /** Tokenised and rendered, unpadded. */
  readonly prompts: readonly Int32Array[];
  /** Never trained on; null when there are none, which `evalSteps` 0 asks for. */
  readonly evaluation: EvaluationPrompts | null;
  readonly judge: Judge | null;
  readonly control: TrainerControl;
  /** Continue from here (its options replace `config`); brought up to date at the end of every step. */
  readonly state?: TrainerState;
  /** Brought up to date with `state`; given again with it after a failed step, the run goes on as if that step had not begun. */
  readonly held?: HeldRun;
}

/** What stays with a run in one process beside its TrainerState. */
export interface HeldRun {
  /** The policy after the last finished step; null until the run has begun. */
  policy: TrainingState | null;
  /** The sampling options are new at the next step, which then looks at them. */
  samplingIsNew: boolean;
}

export function heldRun(state: TrainerState): HeldRun {
  return { policy: null, samplingIsNew: state.step === 0 };
}

/**
 * Runs PPO until the configured number of steps is reached. Run = pull in a loop; pause = stop pulling; stop = return(),
 * which drops an unfinished step and leaves the models usable. Everything random is keyed by seed and step.
 * A step in which the GPU's device is lost is done again from its start, with the same draws: its events come twice.
 * Evaluation is part of the step that it follows, before the first step of that one.
 * @throws ConfigError on invalid options; NonFiniteError when a number stops being finite, with the policy as it was before
 * that step; DeviceLostError when the device is lost again and again.
 */
export async function* train(inputs: TrainerInputs): AsyncGenerator<PhaseEvent, void, void> {
  const { control } = inputs;
  const state = inputs.state ?? initialTrainerState(inputs.config);
  validateConfig(state.config);
  const sizes = runSizes(state.config, inputs.prompts.length);
  checkLengths(inputs, state.config);
  const held = inputs.held ?? heldRun(state);
  const snapshot: Snapshot = Object.assign(held, { policy: held.policy ?? (await inputs.policy.saveState()) });
  while (state.step < sizes.totalSteps) {
    if (control.pendingConfig) {
      applyLiveOptions(state, control.pendingConfig);
      control.pendingConfig = null;
      snapshot.samplingIsNew = true;
    }
    yield* trainStepToItsEnd(inputs, state, snapshot);
  }
}

/** More losses than a lab can have that ends on the CPU. */
const MAX_DEVICE_LOSSES = 5;

/** A HeldRun that has begun. */
interface Snapshot extends HeldRun {
  policy: TrainingState;
}

async function* trainStepToItsEnd(inputs: TrainerInputs, state: TrainerState, snapshot: Snapshot): AsyncGenerator<PhaseEvent, void, void> {
  const { step } = state;
  for (let losses = 0; state.step === step; )
    try {
      if (losses > 0) await rollBack(inputs.policy, snapshot.policy);
      yield* trainStep(inputs, state, snapshot);
    } catch (error) {
      if (!(error instanceof DeviceLostError) || ++losses > MAX_DEVICE_LOSSES) throw error;
    }
}

/** Rollout, scores, PPO step and record of step `state.step`; advances `state` and `snapshot`. */
async function* trainStep(inputs: TrainerInputs, state: TrainerState, snapshot: Snapshot): AsyncGenerator<PhaseEvent, void, void> {
  const { policy, reference, rewardModel, tokenizer, control } = inputs;
  const { config, step, klCoef } = state;
  const sizes = runSizes(config, inputs.prompts.length);
  const samples = config.maxSamples === null ? inputs.prompts.length : Math.min(inputs.prompts.length, config.maxSamples);
  const batch = promptBatch(config.seed, step, samples, sizes.batchSize);
  const prompts = Array.from(batch.rows, (row) => inputs.prompts[row] as Int32Array);
  const clock = new PhaseClock();
  const evaluationClock = new PhaseClock();

  const initialEvaluation = step === 0 ? yield* evaluation(inputs, state, evaluationClock, 0) : null;

  const { queries, responses } = yield* timed(
    clock,
    "rollout",
    rollout({ config, step, policy, tokenizer, prompts, tokensPerBlock: control.tokensPerBlock }),
  );
  const queryTexts = queries.map((query) => tokenizer.decode(query, { skipSpecialTokens: true }));
  const texts = rewardSamples(queries, responses, tokenizer);
  const responseTexts = texts.map(({ responseText }) => responseText);
  yield { phase: "rollout", step, queries, responses, queryTexts, responseTexts };

  const rawScores = await clock.measure("score", () => scoreResponses(rewardModel, texts));
  const gold = goldScores(inputs.judge, texts, tokenizer.eosTokenId);
  const learningRate = learningRateAt(config, step, sizes.schedulerHorizon);
  const outcome = yield* ppoStep({
    config,
    step,
    policy,
    before: snapshot.policy,
    reference,
    padTokenId: tokenizer.padTokenId,
    queries,
    responses,
    rawScores,
    gold,
    klCoef,
    moments: state.moments,
    optimizerSteps: state.optimizerSteps,
    learningRate,
    endOfDataloader: batch.endOfDataloader,
    permutation: (epoch) => epochPermutation(config.seed, step, epoch, sizes.batchSize),
    watchMinibatches: () => control.watchMinibatches,
    samplingChanged: snapshot.samplingIsNew,
    detail: control.detail,
    clock,
  });

  const after = await clock.measure("update", () => policy.saveState());
  const finalEvaluation = yield* orRollBack(policy, snapshot.policy, evaluation(inputs, state, evaluationClock, step + 1));
  const { stats } = outcome.statistics;
  const metered = meterStep(state.meters, step, {
    loss: stats["ppo/loss/total"] as number,
    reward: stats["env/reward_mean"] as number,
    loggingSteps: config.loggingSteps,
  });
  const record = stepRecord({
    step,
    sizes,
    queries,
    responses,
    queryTexts,
    responseTexts,
    rawScores,
    gold,
    outcome,
    klCoef,
    learningRate,
    log: metered.log,
    initialEvaluation,
    evaluation: finalEvaluation,
    clock,
    evaluationSeconds: evaluationClock.total(),
  });
  state.best = betterPolicy(betterPolicy(state.best, initialEvaluation, snapshot.policy), finalEvaluation, after);
  advanceState(state, outcome);
  state.meters = metered.meters;
  snapshot.policy = after;
  snapshot.samplingIsNew = false;
  yield { phase: "step", step, record };
}

/** Evaluates the policy when that is due after `stepsDone` steps. */
async function* evaluation(
  inputs: TrainerInputs,
  { config, step }: TrainerState,
  clock: PhaseClock,
  stepsDone: number,
): AsyncGenerator<EvaluationEvent, EvaluationRecord | null, void> {
  const prompts = evaluationPrompts(config, inputs.evaluation);
  if (!prompts || !isEvaluationDue(config, stepsDone, runSizes(config, inputs.prompts.length).totalSteps)) return null;
  const result = await clock.measure("evaluation", () => evaluatePolicy({ ...inputs, config, prompts }, stepsDone));
  yield { phase: "evaluation", step, evaluation: result };
  return result;
}

/** The same events; when one fails or the consumer leaves, the policy returns to `before`. */
async function* orRollBack<E, R>(
  policy: EngineModel,
  before: TrainingState,
  events: AsyncGenerator<E, R, void>,
): AsyncGenerator<E, R, void> {
  let finished = false;
  try {
    const result = yield* events;
    finished = true;
    return result;
  } finally {
    if (!finished) await rollBack(policy, before);
  }
}

/** A new `initKlCoef` sets the coefficient to that value; the controller goes on from there. */
function applyLiveOptions(state: TrainerState, changes: Partial<LabConfig>): void {
  const fixed = CONFIG_FIELDS.filter((field) => field in changes && !FIELDS[field].live);
  if (fixed.length > 0)
    throw new ConfigError(
      `While a run goes on, expected changes of live options only, got ${fixed.join(", ")}. Start a new run to change these.`,
    );
  const config = { ...state.config, ...changes };
  validateConfig(config);
  state.config = config;
  if (changes.initKlCoef !== undefined) state.klCoef = changes.initKlCoef;
}

/** @throws ConfigError when a prompt with the longest response does not fit a model's positions, or evaluation lacks prompts. */
function checkLengths({ prompts, evaluation: unseen, policy, reference }: TrainerInputs, config: LabConfig): void {
  const evaluated = evaluationPrompts(config, unseen);
  const all = [...prompts, ...(evaluated?.heldout ?? []), ...(evaluated?.hard ?? [])];
  const longest = all.reduce((length, prompt) => Math.max(length, prompt.length), 0);
  const positions = Math.min(policy.config.maxPositionEmbeddings, reference.config.maxPositionEmbeddings);
  const limit = responseLimit(config, longest);
  if (limit < 1)
    throw new ConfigError(
      `The longest prompt has ${longest} tokens, so maxLength must be at least ${longest + 1}, got ${config.maxLength}. Raise it, or set maxNewTokens.`,
    );
  if (longest + limit > positions)
    throw new ConfigError(
      `The longest prompt (${longest} tokens) and the longest response (${limit}) need ${longest + limit} positions, but the model has ${positions}. Lower maxNewTokens, maxLength or cutoffLen.`,
    );
}
