// Reward modelling: pairs of a better and a worse answer go in, a model whose value head ranks answers comes out.

import type { EngineModel } from "../engine/engine";
import { rightPad } from "../engine/tokenBatch";
import { epochBatches, STEPS_PER_REPORT, stageAdamW, type StageOptions, type StageProgress, stageSteps } from "./schedule";
import { meanLoss } from "./sft";

/** Prompt with answer as token ids, without padding. */
export interface PreferencePair {
  readonly chosen: Int32Array;
  readonly rejected: Int32Array;
}

/** Rows of one forward pass when only scoring. */
const ROWS_PER_PASS = 128;

/**
 * Trains in place; loss = mean of -log sigmoid(chosen - rejected) on the value at the last token (fact sheet 7.4).
 * @throws NonFiniteError when a loss or gradient stops being finite.
 */
export async function* trainRewardModel(
  model: EngineModel,
  pairs: readonly PreferencePair[],
  options: StageOptions,
  padTokenId: number,
): AsyncGenerator<StageProgress, void, void> {
  const totalSteps = stageSteps(options, pairs.length);
  const lengths = pairs.map(({ chosen, rejected }) => Math.max(chosen.length, rejected.length));
  let step = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++)
    for (const rows of epochBatches(options, epoch, lengths)) {
      const sequences = Array.from(rows).flatMap((row) => {
        const { chosen, rejected } = pairs[row] as PreferencePair;
        return [chosen, rejected];
      });
      await model.accumulate(rightPad(sequences, padTokenId), { kind: "rewardPair" }, 1);
      await model.applyAdamW(stageAdamW(options, step, totalSteps));
      step++;
      if (step % STEPS_PER_REPORT === 0 || step === totalSteps) yield { step, totalSteps, loss: await meanLoss(model, "rewardPair") };
    }
}

/** Score of every sequence (prompt with answer), [sequences]. */
export async function scoreSequences(model: EngineModel, sequences: readonly Int32Array[], padTokenId: number): Promise<Float32Array> {
  const scores = new Float32Array(sequences.length);
  for (let first = 0; first < sequences.length; first += ROWS_PER_PASS)
    scores.set(await model.scoreLastToken(rightPad(sequences.slice(first, first + ROWS_PER_PASS), padTokenId)), first);
  return scores;
}

/** Share of pairs whose chosen answer scores higher. */
export async function pairAccuracy(model: EngineModel, pairs: readonly PreferencePair[], padTokenId: number): Promise<number> {
  const chosen = await scoreSequences(
    model,
    pairs.map((pair) => pair.chosen),
    padTokenId,
  );
  const rejected = await scoreSequences(
    model,
    pairs.map((pair) => pair.rejected),
    padTokenId,
  );
  return chosen.reduce((right, score, i) => right + (score > (rejected[i] as number) ? 1 : 0), 0) / pairs.length;
}
