// Step records of any shape for tests of the replay file, made from a few drawn sizes.

import { withDefaults } from "../../src/config";
import type { ReplayMeta } from "../../src/interop/replayFormat";
import { RandomSource } from "../../src/random";
import type { EvaluationRecord, MinibatchRecord, StepDetail, StepRecord } from "../../src/records";
import { MINIBATCH_STATS } from "../../src/interop/replayStepHeader";

export interface Shape {
  readonly seed: number;
  readonly batch: number;
  readonly longestQuery: number;
  readonly longestResponse: number;
  readonly minibatchSize: number;
  readonly epochs: number;
  /** With alternatives for so many rows; 0: no keyframe. */
  readonly detailRows: number;
  readonly gold: boolean;
  readonly evaluated: boolean;
}

export const TOKENS = ["<|pad|>", "<|end|>", "a", "warm", "film", ".", "##s", "<b>", ""];

export function replayMeta(steps: number, changes: Partial<ReplayMeta> = {}): ReplayMeta {
  return {
    lab: "0.1.0",
    scenario: "reviews",
    engine: "wasm",
    config: withDefaults({ seed: 7, cliprange: 0.3 }),
    info: { totalSteps: steps, batchSize: 4, miniBatchSize: 2, parameters: 10, tokenTexts: TOKENS, warnings: [{ en: "so", vi: "vậy" }] },
    models: { policy: "00ff", reward: null },
    steps,
    keyframes: [0],
    reducedFrom: null,
    note: "a note",
    ...changes,
  };
}

/** Numbers of every size, with the ones that files get wrong. */
function numbers(random: RandomSource, length: number): Float32Array {
  const special = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, 3.4e38, 1e-40, 6e-8];
  return Float32Array.from({ length }, () => {
    const die = random.uniform();
    if (die < 0.1) return special[random.below(special.length)] as number;
    return (random.uniform() - 0.5) * 10 ** (random.below(9) - 5);
  });
}

export function stepRecord(step: number, shape: Shape): StepRecord {
  const { batch, epochs, minibatchSize } = shape;
  const random = new RandomSource(shape.seed, step);
  const ids = (length: number): Int32Array => Int32Array.from({ length }, () => random.below(TOKENS.length));
  const queries = Array.from({ length: batch }, () => ids(1 + random.below(shape.longestQuery)));
  const responses = Array.from({ length: batch }, () => ids(random.below(shape.longestResponse + 1)));
  const seq = Math.max(...queries.map((query, i) => query.length + (responses[i]?.length ?? 0)));
  const columns = seq - 1;
  const mask = new Float32Array(batch * columns);
  queries.forEach((query, row) => {
    const first = row * columns + query.length - 1;
    mask.fill(1, first, first + (responses[row]?.length ?? 0));
  });
  const perToken = (): Float32Array => numbers(random, batch * columns);
  const minibatches: MinibatchRecord[] = [];
  for (let epoch = 0; epoch < epochs; epoch++)
    for (let first = 0; first < batch; first += minibatchSize) {
      const rows = Int32Array.from({ length: Math.min(minibatchSize, batch - first) }, (_, i) => batch - 1 - first - i);
      const cells = (): Float32Array => numbers(random, rows.length * columns);
      minibatches.push({
        epoch,
        index: first / minibatchSize,
        rows,
        stats: Object.fromEntries(
          MINIBATCH_STATS.map((name) => [name, Math.fround(random.uniform())]),
        ) as unknown as MinibatchRecord["stats"],
        ratio: cells(),
        newLogprobs: cells(),
        newValues: cells(),
        meanRatio: Math.fround(random.uniform()),
        skipped: random.below(2) === 1,
        gradNorm: random.below(2) === 1 ? null : Math.fround(random.uniform()),
      });
    }
  return {
    keptRows: null,
    step,
    totalSteps: 100,
    epoch: step / 3,
    batch,
    seq,
    queries,
    responses,
    queryTexts: queries.map((_, i) => `prompt ${i} <script>`),
    responseTexts: responses.map((_, i) => `answer ${i}`),
    scores: numbers(random, batch),
    scaledScores: numbers(random, batch),
    gold: shape.gold
      ? { gold: numbers(random, batch), parts: { __proto__part: numbers(random, batch), topic: numbers(random, batch) } }
      : null,
    mask,
    logprobs: perToken(),
    refLogprobs: perToken(),
    kl: perToken(),
    rewards: perToken(),
    values: perToken(),
    advantages: perToken(),
    returns: perToken(),
    detail: shape.detailRows === 0 ? null : detailOf(random, Math.min(shape.detailRows, batch), columns),
    minibatches,
    epochsRun: epochs,
    stats: { "env/reward_mean": random.uniform(), "lab/odd": Number.NaN, "lab/huge": Number.POSITIVE_INFINITY },
    vectors: { "objective/kl_dist": numbers(random, batch), "objective/logprobs": perToken() },
    klCoef: random.uniform(),
    klCoefAfter: -0,
    learningRate: 1e-4,
    log: step % 2 === 0 ? null : { loss: Number.NaN, reward: 2 },
    warnings: [{ kind: "negativeKl", step, value: -2, limit: -1 }],
    initialEvaluation: null,
    evaluation: shape.evaluated ? evaluation(random) : null,
    seconds: { rollout: 0.25, total: random.uniform() },
  };
}

function detailOf(random: RandomSource, rows: number, columns: number): StepDetail {
  const k = 3;
  const top = () => ({
    ids: Int32Array.from({ length: rows * columns * k }, () => random.below(TOKENS.length)),
    logprobs: Float32Array.from({ length: rows * columns * k }, () => -20 * random.uniform()),
  });
  const cells = (): Float32Array => numbers(random, rows * columns);
  return { rows, k, rollout: top(), reference: top(), updated: top(), updatedLogprobs: cells(), updatedValues: cells() };
}

function evaluation(random: RandomSource): EvaluationRecord {
  const figures = () => ({
    gold: null,
    goldParts: { topic: Number.NaN },
    proxy: random.uniform(),
    responseLength: 3,
    kl: 0.5,
    queryTexts: ["q"],
    responseTexts: ["r"],
    scores: Float32Array.of(Number.NaN),
    verdicts: { gold: Float32Array.of(0.5), parts: { topic: Float32Array.of(1) } },
  });
  return { stepsDone: 3, heldout: figures(), hard: figures() };
}
