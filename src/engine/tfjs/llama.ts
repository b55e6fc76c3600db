// The Llama network with value head in plain tfjs operations: token rows go in, hidden states, logits and values come out.
// Fact sheet 8.3, step by step; every linear weight is [out, in].

import * as tf from "@tensorflow/tfjs-core";
import { ShapeError } from "../../errors";
import { hashKey, pcg, uniformFromHash } from "../../random";
import type { ValueDropout } from "../engine";
import { EMBED_TOKENS, FINAL_NORM, layerName, LM_HEAD, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "../layout";
import type { LlamaConfig } from "../llamaConfig";
import type { BatchInputs } from "./batchInputs";
import { gatherRows } from "./rows";
import type { TfjsRuntime } from "./runtime";

/** Effective weights by Hugging Face name. */
export type Weights = ReadonlyMap<string, tf.Tensor>;

/**
 * What a layer attends to, given the keys and values of its input rows, each [batch, kvHeads, seq, headDim]; both results
 * [batch, kvHeads, keys, headDim] with as many keys as the inputs' `visible`.
 */
export type Recall = (layer: number, keys: tf.Tensor, values: tf.Tensor) => { keys: tf.Tensor; values: tf.Tensor };

/** Whole rows at once: the keys and values are those of the rows themselves. */
const ownKeys: Recall = (_, keys, values) => ({ keys, values });

/** Finite, since exp of a NaN is not reliable on every GPU, and far below every real score. */
const MASKED_SCORE = -1e9;

function weight(weights: Weights, name: string): tf.Tensor {
  const tensor = weights.get(name);
  if (!tensor) throw new ShapeError(`Weights: expected tensor ${name}, but it is missing. Load weights of the same model as the config.`);
  return tensor;
}

/** x W^T + b; the bias only where the model has one. */
function linear(x: tf.Tensor, weights: Weights, module: string, hasBias: boolean): tf.Tensor {
  const product = tf.matMul(x, weight(weights, `${module}.weight`), false, true);
  return hasBias ? tf.add(product, weight(weights, `${module}.bias`)) : product;
}

function rmsNorm(x: tf.Tensor, gain: tf.Tensor, epsilon: number): tf.Tensor {
  const meanSquare = tf.mean(tf.square(x), -1, true); // [n, 1]
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, epsilon))), gain);
}

/** Turns dimension j with dimension j + headDim / 2 by the angle of the row's position. x [batch, seq, heads, headDim] */
function rotate(x: tf.Tensor, { cos, sin }: BatchInputs): tf.Tensor {
  const [a, b] = tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];
  return tf.concat([tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(b, cos), tf.mul(a, sin))], -1);
}

/** Causal self-attention over the visible keys; a query without any key yields zeros. x [batch * seq, hidden] */
function attention(config: LlamaConfig, weights: Weights, layer: number, x: tf.Tensor, inputs: BatchInputs, recall: Recall): tf.Tensor {
  const { numAttentionHeads: heads, numKeyValueHeads: kvHeads, headDim, attentionBias } = config;
  const { batch, seq, visible } = inputs;
  const keyCount = visible.shape[3] as number;
  const project = (name: string, count: number) =>
    tf.reshape(linear(x, weights, layerName(layer, `self_attn.${name}`), attentionBias), [batch, seq, count, headDim]);
  const byHead = (y: tf.Tensor) => tf.transpose(y, [0, 2, 1, 3]);

  const q = byHead(rotate(project("q_proj", heads), inputs)); // [batch, heads, seq, headDim]
  const { keys, values } = recall(layer, byHead(rotate(project("k_proj", kvHeads), inputs)), byHead(project("v_proj", kvHeads)));

  // The heads / kvHeads query heads that share a key-value head lie side by side: stack their queries into one longer matrix.
  const stacked = (heads / kvHeads) * seq;
  const products = tf.matMul(tf.reshape(q, [batch, kvHeads, stacked, headDim]), keys, false, true); // [batch, kvHeads, stacked, keys]
  const scores = tf.reshape(tf.mul(products, 1 / Math.sqrt(headDim)), [batch, heads, seq, keyCount]);
  const masked = tf.add(scores, tf.mul(tf.sub(1, visible), MASKED_SCORE));
  const shares = tf.mul(tf.softmax(masked), visible); // the product zeroes queries without any key
  const mixed = tf.matMul(tf.reshape(shares, [batch, kvHeads, stacked, keyCount]), values); // [batch, kvHeads, stacked, headDim]
  const joined = tf.reshape(byHead(tf.reshape(mixed, [batch, heads, seq, headDim])), [batch * seq, heads * headDim]);
  return linear(joined, weights, layerName(layer, "self_attn.o_proj"), attentionBias);
}

/** SwiGLU: down(silu(gate x) * up x). x [batch * seq, hidden] */
function mlp(config: LlamaConfig, weights: Weights, layer: number, x: tf.Tensor): tf.Tensor {
  const gate = linear(x, weights, layerName(layer, "mlp.gate_proj"), config.mlpBias);
  const up = linear(x, weights, layerName(layer, "mlp.up_proj"), config.mlpBias);
  const gated = tf.mul(tf.mul(gate, tf.sigmoid(gate)), up); // [batch * seq, intermediate]
  return linear(gated, weights, layerName(layer, "mlp.down_proj"), config.mlpBias);
}

/** Hidden states after the final norm, which both heads read. [batch * seq, hidden] */
export function hiddenStates(config: LlamaConfig, weights: Weights, inputs: BatchInputs, recall: Recall = ownKeys): tf.Tensor {
  const norm = (y: tf.Tensor, name: string) => rmsNorm(y, weight(weights, name), config.rmsNormEps);
  let x = gatherRows(weight(weights, EMBED_TOKENS), inputs.ids);
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    x = tf.add(x, attention(config, weights, layer, norm(x, layerName(layer, "input_layernorm.weight")), inputs, recall));
    x = tf.add(x, mlp(config, weights, layer, norm(x, layerName(layer, "post_attention_layernorm.weight"))));
  }
  return norm(x, FINAL_NORM);
}

/** Next-token logits of hidden states. hidden [n, hidden] -> [n, vocab] */
export function logitsOf(config: LlamaConfig, weights: Weights, hidden: tf.Tensor): tf.Tensor {
  return tf.matMul(hidden, weight(weights, config.tieWordEmbeddings ? EMBED_TOKENS : LM_HEAD), false, true);
}

/**
 * Value head on hidden states. hidden [batch * seq, hidden] -> [batch * seq]
 * @param dropoutMask [batch * seq, hidden] from `uploadDropout`, or null
 */
export function valuesOf(weights: Weights, hidden: tf.Tensor, dropoutMask: tf.Tensor | null): tf.Tensor {
  const kept = dropoutMask ? tf.mul(hidden, dropoutMask) : hidden;
  const product = tf.matMul(kept, weight(weights, VALUE_HEAD_WEIGHT), false, true); // [batch * seq, 1]
  return tf.reshape(tf.add(product, weight(weights, VALUE_HEAD_BIAS)), [-1]);
}

/**
 * Inverted dropout on the value head's input (fact sheet 6.1): element (row, position, feature) stays, scaled by
 * 1 / (1 - p), if its uniform number is at least p. Null when nothing is dropped.
 */
export function uploadDropout(
  runtime: TfjsRuntime,
  { batch, seq }: BatchInputs,
  hiddenSize: number,
  dropout?: ValueDropout,
): tf.Tensor | null {
  if (!dropout || dropout.probability === 0) return null;
  const { probability, key } = dropout;
  const scale = 1 / (1 - probability);
  const mask = new Float32Array(batch * seq * hiddenSize);
  let element = 0;
  for (let row = 0; row < batch; row++)
    for (let position = 0; position < seq; position++) {
      const prefix = hashKey(key, row, position);
      for (let feature = 0; feature < hiddenSize; feature++)
        mask[element++] = uniformFromHash(pcg((prefix ^ feature) | 0)) >= probability ? scale : 0;
    }
  return runtime.upload(mask, [batch * seq, hiddenSize]);
}
