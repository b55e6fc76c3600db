// Supervised fine-tuning: prompts with written responses go in, a model that answers prompts comes out.

import type { EngineModel, TokenBatch } from "../engine/engine";
import { rightPad } from "../engine/tokenBatch";
import { EngineError, NonFiniteError } from "../errors";
import { epochBatches, STEPS_PER_REPORT, stageAdamW, type StageOptions, type StageProgress, stageSteps } from "./schedule";

/** Token ids without padding; the response ends with EOS. */
export interface SftExample {
  readonly query: Int32Array;
  readonly response: Int32Array;
}

/** Rows of one forward pass when only measuring. */
const ROWS_PER_PASS = 128;

/**
 * Trains in place on the response tokens only (the loss is the mean over all of a batch's response tokens).
 * @throws NonFiniteError when a loss or gradient stops being finite.
 */
export async function* trainSft(
  model: EngineModel,
  examples: readonly SftExample[],
  options: StageOptions,
  padTokenId: number,
): AsyncGenerator<StageProgress, void, void> {
  const totalSteps = stageSteps(options, examples.length);
  const lengths = examples.map(({ query, response }) => query.length + response.length);
  let step = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++)
    for (const rows of epochBatches(options, epoch, lengths)) {
      const chosen = Array.from(rows, (row) => examples[row] as SftExample);
      const batch = wholeSequences(chosen, padTokenId);
      await model.accumulate(batch, { kind: "sft", mask: Float32Array.from(responseColumns(chosen, batch)) }, 1);
      await model.applyAdamW(stageAdamW(options, step, totalSteps));
      step++;
      if (step % STEPS_PER_REPORT === 0 || step === totalSteps) yield { step, totalSteps, loss: await meanLoss(model, "sft") };
    }
}

/** Mean loss since the last call; stops a stage that has left the finite numbers. */
export async function meanLoss(model: EngineModel, kind: "sft" | "rewardPair"): Promise<number> {
  const { losses, steps } = await model.readUpdates();
  const broken = steps.find(({ outcome }) => outcome === "nonFinite");
  if (broken)
    throw new NonFiniteError(
      broken.nonFinite ?? "loss",
      `Training: expected finite gradients, got NaN or infinity in ${broken.nonFinite}. Lower the learning rate.`,
    );
  const values = losses.map((result) => {
    if (result.kind !== kind || !("loss" in result))
      throw new EngineError(`Training: expected ${kind} losses, got ${result.kind}. Read updates between stages.`);
    return result.loss;
  });
  return values.reduce((sum, loss) => sum + loss, 0) / values.length;
}

/** Mean negative log-probability per response token, in nats. */
export async function responseLoss(model: EngineModel, examples: readonly SftExample[], padTokenId: number): Promise<number> {
  let sum = 0;
  let tokens = 0;
  for (let first = 0; first < examples.length; first += ROWS_PER_PASS) {
    const chosen = examples.slice(first, first + ROWS_PER_PASS);
    const batch = wholeSequences(chosen, padTokenId);
    const columns = responseColumns(chosen, batch);
    const { logprobs } = await model.evaluate({ batch, columns });
    logprobs.forEach((logprob, i) => {
      if (columns[i]) sum -= logprob;
    });
    tokens += columns.reduce((count, wanted) => count + wanted, 0);
  }
  return sum / tokens;
}

function wholeSequences(examples: readonly SftExample[], padTokenId: number): TokenBatch {
  return rightPad(
    examples.map(({ query, response }) => Int32Array.of(...query, ...response)),
    padTokenId,
  );
}

/** [batch, seq - 1]: 1 where column t predicts a response token t + 1. */
function responseColumns(examples: readonly SftExample[], { seq }: TokenBatch): Uint8Array {
  const columns = new Uint8Array(examples.length * (seq - 1));
  examples.forEach(({ query, response }, row) => {
    const first = row * (seq - 1) + query.length - 1;
    columns.fill(1, first, first + response.length);
  });
  return columns;
}
