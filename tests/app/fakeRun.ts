// A stand-in for trainer and worker: a deterministic source of phase events in memory, for tests of the page only.

import type { LabConfig } from "../../src/config";
import type { MinibatchRecord, PhaseEvent, RolloutEvent, ScoreEvent, StepRecord } from "../../src/records";
import type { LiveControl } from "../../src/worker/server";

export const FAKE_BATCH = 4;
const QUERY = 3;
const RESPONSE = 2;
const SEQ = QUERY + RESPONSE;

function perToken(value: (row: number, column: number) => number): Float32Array {
  return Float32Array.from({ length: FAKE_BATCH * (SEQ - 1) }, (_, i) => value(Math.floor(i / (SEQ - 1)), i % (SEQ - 1)));
}

export function fakeRollout(step: number): RolloutEvent {
  const rows = Array.from({ length: FAKE_BATCH }, (_, row) => row);
  return {
    phase: "rollout",
    step,
    queries: rows.map((row) => Int32Array.of(1, 2, row)),
    responses: rows.map((row) => Int32Array.of(row + 3, 0)),
    queryTexts: rows.map((row) => `prompt ${row}`),
    responseTexts: rows.map((row) => `answer ${row}`),
  };
}

/** Row r: score r, gold 1 - r / 10; KL of column c is r + c / 10 on the response, else 99 (which nobody may read). */
export function fakeScore(step: number): ScoreEvent {
  const scores = Float32Array.from({ length: FAKE_BATCH }, (_, row) => row);
  return {
    phase: "score",
    step,
    scores,
    scaledScores: scores,
    gold: { gold: scores.map((row) => 1 - row / 10), parts: { sentiment: scores.map((row) => row / 4) } },
    seq: SEQ,
    mask: perToken((_, column) => (column >= QUERY - 1 ? 1 : 0)),
    logprobs: perToken(() => -1),
    refLogprobs: perToken(() => -2),
    kl: perToken((row, column) => (column >= QUERY - 1 ? row + column / 10 : 99)),
    rewards: perToken(() => 0),
    klCoef: 0.5,
    alternatives: null,
  };
}

export function fakeRecord(step: number, totalSteps: number, config: Pick<LabConfig, "learningRate">): StepRecord {
  const zeros = (): Float32Array => perToken(() => 0);
  return {
    ...fakeRollout(step),
    ...fakeScore(step),
    keptRows: null,
    totalSteps,
    epoch: 0,
    batch: FAKE_BATCH,
    values: zeros(),
    advantages: zeros(),
    returns: zeros(),
    minibatches: [],
    epochsRun: 2,
    stats: { "env/reward_mean": step, "objective/kl": step / 2, "ppo/learning_rate": config.learningRate, "lab/gold": 0.5 },
    vectors: {},
    klCoefAfter: 0.5,
    learningRate: config.learningRate,
    log: null,
    warnings: step === 1 ? [{ kind: "negativeKl", step, value: -2, limit: -1 }] : [],
    detail: null,
    initialEvaluation: null,
    evaluation: null,
    seconds: { total: 0.5 },
  };
}

const MINIBATCH = { epoch: 0 } as MinibatchRecord;

/** What goes on from step to step. */
export interface FakeState {
  step: number;
  config: LabConfig;
  /** No step is under way. */
  between: boolean;
}

/** Called before a step's scores; may throw as a reward server, a tensor or a bug would. */
export type BeforeScores = (step: number, config: LabConfig) => void;

/** One PPO step after the other: tokens, rollout, score, advantages, minibatch, step; takes live options as the trainer does. */
export async function* fakeEvents(
  state: FakeState,
  control: Pick<LiveControl, "pendingConfig">,
  beforeScores: BeforeScores = () => {},
): AsyncGenerator<PhaseEvent, void, void> {
  const { maxSteps } = state.config;
  while (state.step < maxSteps) {
    const { step } = state;
    if (control.pendingConfig !== null) {
      state.config = { ...state.config, ...control.pendingConfig };
      control.pendingConfig = null;
    }
    state.between = false;
    yield { phase: "tokens", step, rowOffset: 0, rows: FAKE_BATCH, first: 0, count: 1, tokens: new Int32Array(FAKE_BATCH) };
    beforeScores(step, state.config);
    yield fakeRollout(step);
    yield fakeScore(step);
    yield { phase: "advantages", step, values: perToken(() => 0), advantages: perToken(() => 0), returns: perToken(() => 0) };
    yield { phase: "minibatch", step, minibatch: MINIBATCH };
    const record = fakeRecord(step, maxSteps, state.config);
    state.step++;
    state.between = true;
    yield { phase: "step", step, record };
  }
}
