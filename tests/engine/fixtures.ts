// Small models, token rows and loss heads that the oracle and every engine are held against.

import type { TokenBatch } from "../../src/engine/engine";
import { type NamedTensor, type NamedTensors, parameterSpecs, sizeOf } from "../../src/engine/layout";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import type { LossHead, PpoLossHead } from "../../src/loss/lossHead";
import { RandomSource } from "../../src/random";
import type { Weights64 } from "../oracle/llama";

const base: LlamaConfig = {
  vocabSize: 13,
  hiddenSize: 10,
  intermediateSize: 14,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  numKeyValueHeads: 1,
  headDim: 6,
  maxPositionEmbeddings: 64,
  rmsNormEps: 1e-5,
  ropeTheta: 100,
  ropeScaling: { kind: "none" },
  tieWordEmbeddings: false,
  attentionBias: false,
  mlpBias: false,
};

/** Odd sizes throughout; each model turns on what the others leave off. */
export const MODELS: Readonly<Record<string, LlamaConfig>> = {
  "odd sizes, grouped queries": base,
  "tied embeddings, biases, linear rope": {
    ...base,
    numAttentionHeads: 3,
    numKeyValueHeads: 3,
    headDim: 2,
    tieWordEmbeddings: true,
    attentionBias: true,
    mlpBias: true,
    ropeScaling: { kind: "linear", factor: 2.5 },
  },
  "llama3 rope, four heads on two": {
    ...base,
    numHiddenLayers: 1,
    numAttentionHeads: 4,
    numKeyValueHeads: 2,
    headDim: 8,
    // The four wavelengths 6, 20, 63 and 199 meet all three branches.
    ropeScaling: { kind: "llama3", factor: 4, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositionEmbeddings: 70 },
  },
};

/** Wider than every vector width and tile, and than the 48 columns above which tfjs-wasm's fused product goes wrong. */
export const WIDE: LlamaConfig = {
  ...base,
  vocabSize: 67,
  hiddenSize: 68,
  intermediateSize: 75,
  numHiddenLayers: 1,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 18,
};

/** What the leak and update tests train: H 16. */
export const TINY: LlamaConfig = { ...base, hiddenSize: 16, intermediateSize: 24, numHiddenLayers: 1, headDim: 8 };

/** Random weights: norms near 1, biases and matrices large enough that every path matters. */
export function randomWeights(config: LlamaConfig, seed: number): NamedTensors {
  const source = new RandomSource(seed, 77);
  const weights = new Map<string, NamedTensor>();
  for (const { name, shape } of parameterSpecs(config)) {
    const centre = name.endsWith("norm.weight") ? 1 : 0;
    const spread = shape.length === 2 ? 0.9 / Math.sqrt(shape[1] as number) : 0.2;
    const scale = name === "model.embed_tokens.weight" ? 0.7 : spread;
    weights.set(name, { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => centre + scale * source.normal()) });
  }
  return weights;
}

export function toFloat64(tensors: NamedTensors): Weights64 {
  return new Map([...tensors].map(([name, { data }]) => [name, Float64Array.from(data)]));
}

/** Rows with left padding, none, right padding, and both; the padding holds real-looking ids. */
export function paddedBatch(config: LlamaConfig, seed: number, seq = 6): TokenBatch {
  const source = new RandomSource(seed, 78);
  return {
    batch: 4,
    seq,
    ids: Int32Array.from({ length: 4 * seq }, () => source.below(config.vocabSize)),
    start: Int32Array.of(2, 0, 0, 1),
    end: Int32Array.of(seq, seq, seq - 2, seq - 1),
  };
}

/** 1 on the columns that predict the last tokens of each row's real part. [batch, seq - 1] */
export function responseMask({ batch, seq, start, end }: TokenBatch): Float32Array {
  const mask = new Float32Array(batch * (seq - 1));
  for (let row = 0; row < batch; row++)
    for (let t = (start[row] as number) + 1; t < (end[row] as number) - 1; t++) mask[row * (seq - 1) + t] = 1;
  return mask;
}

/** A PPO head around given old log-probabilities; far enough from them that some ratios and values are clipped. */
export function ppoHead(batch: TokenBatch, oldLogprobs: Float32Array, seed: number, changes: Partial<PpoLossHead> = {}): PpoLossHead {
  const source = new RandomSource(seed, 79);
  const mask = responseMask(batch);
  const noise = (scale: number) => Float32Array.from(mask, () => scale * source.normal());
  return {
    kind: "ppo",
    mask,
    oldLogprobs: noise(0.3).map((x, i) => (oldLogprobs[i] as number) + x),
    oldValues: noise(0.8),
    advantages: noise(1),
    returns: noise(1),
    cliprange: 0.2,
    cliprangeValue: 0.3,
    vfCoef: 0.4,
    ratioThreshold: 10,
    allColumns: false,
    ...changes,
  };
}

/** The three heads on one batch. */
export function lossHeads(batch: TokenBatch, oldLogprobs: Float32Array, seed: number): Readonly<Record<string, LossHead>> {
  return {
    ppo: ppoHead(batch, oldLogprobs, seed),
    "ppo with value dropout": ppoHead(batch, oldLogprobs, seed, { valueDropout: { probability: 0.3, key: 12345 } }),
    sft: { kind: "sft", mask: responseMask(batch) },
    rewardPair: { kind: "rewardPair" },
  };
}
