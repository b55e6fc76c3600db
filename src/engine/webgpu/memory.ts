// What a model will need on the GPU, from its shape alone.

import type { MemoryEstimateRequest } from "../engine";
import { packingOf } from "../packing";
import type { Tuning } from "./network";

/**
 * Bytes for one model that generates rows of `seq` tokens and evaluates them, and when trainable learns from a minibatch of
 * the same size: parameters, activations, caches and one slice of logits.
 */
export function estimateMemory({ config, trainable, batch, seq }: MemoryEstimateRequest, tuning: Tuning): number {
  const { dims, size } = packingOf(config);
  const { hiddenStride, qkvStride, attentionStride, innerStride, heads, vocabStride, headStride } = dims;
  const layers = config.numHiddenLayers;
  const rows = batch * seq;
  const layer = (count: number) => count * (4 * hiddenStride + qkvStride + attentionStride + 3 * innerStride + heads + 2);
  const perSlice = layer(Math.min(rows, Math.max(seq, tuning.sliceTokens)));
  const caches = layers * rows * qkvStride;
  const backward = rows * (3 * hiddenStride + 2 * innerStride + attentionStride + qkvStride + heads);
  const logits = Math.min(rows * vocabStride, Math.max(vocabStride, tuning.logitsBytes / 4));
  const ends = 2 * rows * hiddenStride + logits + 8 * rows + seq * headStride;
  return 4 * ((trainable ? 4 : 1) * size + perSlice + caches + ends + (trainable ? layers * layer(rows) + backward : 0));
}
