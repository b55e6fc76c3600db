// Supervised fine-tuning loss: log-probabilities of the right tokens go in, their negative mean and its gradient come out.

import { ShapeError } from "../errors";
import type { SftLossHead, SftLossResult } from "./lossHead";
import { maskedMean } from "./maskedMoments";

/**
 * loss = -mean of logprobs over mask ones; nats per token.
 * @param logprobs [batch, seq - 1], log-probability of token t + 1
 * @returns `dLogprobs` [batch, seq - 1] = dLoss / dLogprobs, 0 where mask is 0
 * @throws ShapeError when mask and logprobs differ in length or the mask is empty.
 */
export function sftLoss(head: SftLossHead, logprobs: Float32Array): { result: SftLossResult; dLogprobs: Float32Array } {
  const { mask } = head;
  if (mask.length !== logprobs.length)
    throw new ShapeError(
      `SFT loss: expected ${mask.length} log-probabilities like the mask, got ${logprobs.length}. Pass arrays of one minibatch.`,
    );
  let count = 0;
  for (const m of mask) count += m;
  if (count === 0) throw new ShapeError("SFT loss: expected at least one column with mask 1, got none. Give every batch a token to learn.");
  return {
    result: { kind: "sft", loss: -maskedMean(logprobs, mask) },
    dLogprobs: mask.map((m) => -m / count),
  };
}
