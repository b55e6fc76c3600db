// A small model and adapters with random numbers for tests of adapters and their folders.

import { type NamedTensor, type NamedTensors, parameterSpecs, sizeOf } from "../../../src/engine/layout";
import type { LlamaConfig } from "../../../src/engine/llamaConfig";
import type { Adapter } from "../../../src/model/adapters/adapter";
import { newLora, type LoraOptions } from "../../../src/model/adapters/lora";
import { newOft, type OftOptions } from "../../../src/model/adapters/oft";
import { initialWeights } from "../../../src/model/initialWeights";
import type { ReadFile } from "../../../src/model/modelFolder";
import { RandomSource } from "../../../src/random";

/** Hidden 16, attention 32, inner 24: three input sizes. */
export const MODEL: LlamaConfig = {
  vocabSize: 20,
  hiddenSize: 16,
  intermediateSize: 24,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 8,
  maxPositionEmbeddings: 32,
  rmsNormEps: 1e-6,
  ropeTheta: 10000,
  ropeScaling: { kind: "none" },
  tieWordEmbeddings: false,
  attentionBias: false,
  mlpBias: false,
};

export const BASE = { config: MODEL, weights: initialWeights(MODEL, 4, { padTokenId: null, initializerRange: 0.3 }) };

export const LORA: LoraOptions = { loraRank: 3, loraAlpha: null, useRslora: false, loraTarget: "all" };
export const OFT: OftOptions = { oftRank: 0, oftBlockSize: 8, oftTarget: "all", useCayleyNeumann: true, numCayleyNeumannTerms: 5 };

/** The same adapter with every number random, so that it acts. */
export function randomised<A extends Adapter>(adapter: A, seed = 1, size = 0.1): A {
  const random = new RandomSource(seed);
  const tensors = new Map<string, NamedTensor>();
  for (const [name, { shape, data }] of adapter.tensors) tensors.set(name, { shape, data: data.map(() => random.normal() * size) });
  return { ...adapter, tensors };
}

export const loraAdapter = (options: Partial<LoraOptions> = {}) => randomised(newLora(MODEL, { ...LORA, ...options }, 7));
export const oftAdapter = (options: Partial<OftOptions> = {}) => randomised(newOft(MODEL, { ...OFT, ...options }).adapter);

export function filesReader(files: ReadonlyMap<string, Uint8Array>): ReadFile {
  return async (path) => files.get(path) ?? Promise.reject(new Error(`no file ${path}`));
}

export function numbers(tensors: NamedTensors, name: string): number[] {
  return [...(tensors.get(name)?.data ?? [])];
}

export const projections = parameterSpecs(MODEL)
  .filter(({ name }) => name.endsWith("_proj.weight"))
  .map(({ name, shape }) => ({ name, size: sizeOf(shape) }));
