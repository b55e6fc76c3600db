// Sampling: left-padded prompts go in, blocks of new tokens come out. Every position runs the whole network again on rows of
// one fixed length: slow, but obviously the same network as in training, and no growing tensors for a GPU to hoard.

import * as tf from "@tensorflow/tfjs-core";
import { ConfigError, ShapeError } from "../../errors";
import type { GenerateRequest, TokenBlock } from "../engine";
import type { LlamaConfig } from "../llamaConfig";
import { drawToken, processLogits } from "../sampling";
import { checkBatch, checkLength, uploadBatch } from "./batchInputs";
import { hiddenStates, logitsOf, type Weights } from "./llama";
import { gatherRows } from "./rows";
import type { TfjsRuntime } from "./runtime";

/**
 * @throws ShapeError when a prompt does not end in the last column or an id is outside the vocabulary.
 * @throws ConfigError when a count is out of range.
 */
export async function* generateTokens(
  runtime: TfjsRuntime,
  config: LlamaConfig,
  weights: Weights,
  request: GenerateRequest,
): AsyncGenerator<TokenBlock, void, void> {
  const { prompts, maxNewTokens, sampling, stopTokenIds, padTokenId, tokensPerBlock } = request;
  checkRequest(request, config);
  const { batch, seq: promptLength } = prompts;
  const seq = promptLength + maxNewTokens;
  const ids = new Int32Array(batch * seq).fill(padTokenId);
  for (let row = 0; row < batch; row++) ids.set(prompts.ids.subarray(row * promptLength, (row + 1) * promptLength), row * seq);
  const ended = new Array<boolean>(batch).fill(false);

  let blockStart = 0;
  for (let index = 0; index < maxNewTokens; index++) {
    const length = promptLength + index;
    const tokens = { batch, seq, ids, start: prompts.start, end: new Int32Array(batch).fill(length) };
    const last = Int32Array.from({ length: batch }, (_, row) => row * seq + length - 1);
    const logits = await runtime.take(
      runtime.run(() => {
        const hidden = hiddenStates(config, weights, uploadBatch(runtime, config, tokens));
        return logitsOf(config, weights, gatherRows(hidden, runtime.upload(last, [batch]) as tf.Tensor1D)); // [batch, vocab]
      }),
    );
    for (let row = 0; row < batch; row++) {
      if (ended[row]) continue;
      const rowLogits = logits.subarray(row * config.vocabSize, (row + 1) * config.vocabSize);
      processLogits(rowLogits, ids.subarray(row * seq, row * seq + length), sampling);
      const token = drawToken(rowLogits, row, index, sampling);
      ids[row * seq + length] = token;
      if (stopTokenIds.includes(token)) ended[row] = true;
    }
    const finished = index + 1 === maxNewTokens || ended.every(Boolean);
    const count = index + 1 - blockStart;
    if (finished || count >= tokensPerBlock) {
      const block = new Int32Array(batch * count);
      for (let row = 0; row < batch; row++) {
        const from = row * seq + promptLength + blockStart;
        block.set(ids.subarray(from, from + count), row * count);
      }
      yield { first: blockStart, count, tokens: block };
      blockStart = index + 1;
    }
    if (finished) return;
  }
}

function checkRequest({ prompts, maxNewTokens, padTokenId, tokensPerBlock }: GenerateRequest, config: LlamaConfig): void {
  checkBatch(prompts, config);
  if (prompts.end.some((end) => end !== prompts.seq))
    throw new ShapeError(
      `Generate: expected left-padded prompts that end in column ${prompts.seq}, got ends [${prompts.end}]. Pad on the left.`,
    );
  if (!(Number.isInteger(maxNewTokens) && maxNewTokens > 0 && tokensPerBlock >= 1))
    throw new ConfigError(
      `Generate: maxNewTokens must be a whole number above 0 and tokensPerBlock at least 1, got ${maxNewTokens} and ${tokensPerBlock}.`,
    );
  if (!(padTokenId >= 0 && padTokenId < config.vocabSize))
    throw new ConfigError(`Generate: padTokenId must be from 0 to ${config.vocabSize - 1}, got ${padTokenId}.`);
  checkLength(prompts.seq + maxNewTokens, config);
}
