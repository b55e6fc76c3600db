// Sampling: left-padded prompts go in, blocks of new tokens come out. The prompts run through the whole network once, then
// one column at a time runs against the keys and values of the columns before it.

import * as tf from "@tensorflow/tfjs-core";
import { ConfigError, ShapeError } from "../../errors";
import type { GenerateRequest, TokenBatch, TokenBlock } from "../engine";
import type { LlamaConfig } from "../llamaConfig";
import { drawToken, processLogits } from "../sampling";
import { checkBatch, checkLength } from "../tokenBatch";
import { uploadBatch, uploadColumn } from "./batchInputs";
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
  checkRequest(request, config);
  const { prompts, maxNewTokens, sampling, stopTokenIds, padTokenId, tokensPerBlock } = request;
  const { batch, seq: promptLength } = prompts;
  const seq = promptLength + maxNewTokens;
  const ids = new Int32Array(batch * seq).fill(padTokenId);
  for (let row = 0; row < batch; row++) ids.set(prompts.ids.subarray(row * promptLength, (row + 1) * promptLength), row * seq);
  const ended = new Array<boolean>(batch).fill(false);
  const cache = new CachedNetwork(runtime, config, weights, prompts, seq);

  try {
    let blockStart = 0;
    for (let index = 0; index < maxNewTokens; index++) {
      const length = promptLength + index;
      const newest = Int32Array.from({ length: batch }, (_, row) => ids[row * seq + length - 1] as number);
      const logits = await runtime.take(index === 0 ? cache.readPrompts() : cache.readColumn(newest, length - 1));
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
  } finally {
    cache.dispose();
  }
}

/** The network with keys and values of the columns read so far; every cache tensor keeps one size, so a GPU can reuse buffers. */
class CachedNetwork {
  private readonly runtime: TfjsRuntime;
  private readonly config: LlamaConfig;
  private readonly weights: Weights;
  private readonly prompts: TokenBatch;
  /** Columns of the cache. */
  private readonly seq: number;
  /** Keys and values per layer, each [batch, kvHeads, seq, headDim]; zeros in columns not read yet. */
  private layers: { keys: tf.Tensor; values: tf.Tensor }[] = [];

  constructor(runtime: TfjsRuntime, config: LlamaConfig, weights: Weights, prompts: TokenBatch, seq: number) {
    this.runtime = runtime;
    this.config = config;
    this.weights = weights;
    this.prompts = prompts;
    this.seq = seq;
  }

  /** Logits after the last prompt column; fills the cache. [batch, vocab] */
  readPrompts(): tf.Tensor {
    const { runtime, config, weights, prompts } = this;
    const toCome: [number, number] = [0, this.seq - prompts.seq];
    const extend = (x: tf.Tensor) => tf.pad(x, [[0, 0], [0, 0], toCome, [0, 0]]);
    return this.replaceCache((cache) => {
      const hidden = hiddenStates(config, weights, uploadBatch(runtime, config, prompts), (layer, keys, values) => {
        cache[layer] = { keys: extend(keys), values: extend(values) };
        return { keys, values };
      });
      const last = Int32Array.from({ length: prompts.batch }, (_, row) => (row + 1) * prompts.seq - 1);
      return gatherRows(hidden, runtime.upload(last, [prompts.batch]) as tf.Tensor1D);
    });
  }

  /** Logits after one more column of tokens. ids [batch] -> [batch, vocab] */
  readColumn(ids: Int32Array, column: number): tf.Tensor {
    const { runtime, config, weights, prompts, seq } = this;
    const before = this.layers;
    return this.replaceCache((cache) => {
      const slot = tf.reshape(tf.oneHot(tf.scalar(column, "int32"), seq), [1, 1, seq, 1]);
      const inputs = uploadColumn(runtime, config, { ids, start: prompts.start, column, keys: seq });
      return hiddenStates(config, weights, inputs, (layer, keys, values) => {
        const old = before[layer] as { keys: tf.Tensor; values: tf.Tensor };
        const now = { keys: tf.add(old.keys, tf.mul(keys, slot)), values: tf.add(old.values, tf.mul(values, slot)) };
        cache[layer] = now;
        return now;
      });
    });
  }

  dispose(): void {
    tf.dispose(this.layers);
    this.layers = [];
  }

  /** Runs `read`, which fills a new cache and hands back hidden states [batch, hidden]; then the old cache goes. */
  private replaceCache(read: (cache: { keys: tf.Tensor; values: tf.Tensor }[]) => tf.Tensor): tf.Tensor {
    const { logits, cache } = this.runtime.run(() => {
      const filled: { keys: tf.Tensor; values: tf.Tensor }[] = [];
      return { logits: logitsOf(this.config, this.weights, read(filled)), cache: filled };
    });
    this.dispose();
    this.layers = cache;
    return logits;
  }
}

function checkRequest({ prompts, maxNewTokens, padTokenId, tokensPerBlock }: GenerateRequest, config: LlamaConfig): void {
  checkBatch(prompts, config);
  if (prompts.end.some((end) => end !== prompts.seq))
    throw new ShapeError(
      `Generate: expected left-padded prompts that end in column ${prompts.seq}, got ends [${Array.from(prompts.end)}]. Pad on the left.`,
    );
  if (!(Number.isInteger(maxNewTokens) && maxNewTokens > 0 && tokensPerBlock >= 1))
    throw new ConfigError(
      `Generate: maxNewTokens must be a whole number above 0 and tokensPerBlock at least 1, got ${maxNewTokens} and ${tokensPerBlock}.`,
    );
  if (!(padTokenId >= 0 && padTokenId < config.vocabSize))
    throw new ConfigError(`Generate: padTokenId must be from 0 to ${config.vocabSize - 1}, got ${padTokenId}.`);
  checkLength(prompts.seq + maxNewTokens, config);
}
