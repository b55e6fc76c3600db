// What a model will need on the GPU, from its shape alone.

import type { MemoryEstimateRequest, Parametrisation } from "../engine";
import { type Packing, packingOf } from "../packing";
import { thetaPackingOf } from "../thetaPacking";
import type { Tuning } from "./network";
import { oftScratch } from "./oftAdapter";

/**
 * Bytes for one model that generates rows of `seq` tokens and evaluates them, and when trainable learns from a minibatch of
 * the same size: parameters, activations, caches and one slice of logits.
 */
export function estimateMemory({ config, trainable, batch, seq }: MemoryEstimateRequest, tuning: Tuning): number {
  const packing = packingOf(config);
  const { dims } = packing;
  const { hiddenStride, qkvStride, attentionStride, innerStride, heads, vocabStride, headStride } = dims;
  const layers = config.numHiddenLayers;
  const rows = batch * seq;
  const layer = (count: number) => count * (4 * hiddenStride + qkvStride + attentionStride + 3 * innerStride + heads + 2);
  const perSlice = layer(Math.min(rows, Math.max(seq, tuning.sliceTokens)));
  const caches = layers * rows * qkvStride;
  const backward = rows * (3 * hiddenStride + 2 * innerStride + attentionStride + qkvStride + heads);
  const logits = Math.min(rows * vocabStride, Math.max(vocabStride, tuning.logitsBytes / 4));
  const ends = 2 * rows * hiddenStride + logits + 8 * rows + seq * headStride;
  return 4 * (parameterWords(packing, trainable) + perSlice + caches + ends + (trainable ? layers * layer(rows) + backward : 0));
}

/** Weights, and what is beside them: theta, its gradients and moments, the base weights, what rotations are made in. */
function parameterWords(packing: Packing, trainable: Parametrisation | null): number {
  const { size } = packing;
  if (trainable === null) return size;
  if (trainable.kind === "full") return 4 * size;
  const theta = thetaPackingOf(packing, trainable);
  if (trainable.kind === "freeze") return 2 * size + 4 * theta.size;
  const scratch = trainable.kind === "oft" ? oftScratch(trainable, theta.targets) : { rotations: 0, gradients: 0 };
  return 3 * size + 4 * theta.size + scratch.rotations + scratch.gradients;
}
