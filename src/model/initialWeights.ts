// A model's shape and a seed to fresh weights: what training from scratch starts from.

import {
  EMBED_TOKENS,
  parameterSpecs,
  sizeOf,
  VALUE_HEAD_BIAS,
  VALUE_HEAD_WEIGHT,
  type NamedTensor,
  type NamedTensors,
} from "../engine/layout";
import type { LlamaConfig } from "../engine/llamaConfig";
import { RandomSource, Stream } from "../random";

/**
 * Weights from scratch as Hugging Face's Llama has them (fact sheet 8.3, last line): matrices and embeddings
 * N(0, initializerRange), biases 0, norms 1, the padding row 0; the value head uniform (6.1).
 * Each tensor has a random stream of its own, so its values do not depend on the others' sizes.
 */
export function initialWeights(
  config: LlamaConfig,
  seed: number,
  options: { readonly padTokenId: number | null; readonly initializerRange?: number },
): Map<string, NamedTensor> {
  const { padTokenId, initializerRange = 0.02 } = options;
  const weights = new Map<string, NamedTensor>();
  parameterSpecs(config).forEach(({ name, shape, decayGroup }, index) => {
    const data = new Float32Array(sizeOf(shape));
    if (decayGroup === "noDecay") data.fill(name.endsWith("norm.weight") ? 1 : 0);
    else {
      const source = new RandomSource(seed, Stream.init, index);
      for (let i = 0; i < data.length; i++) data[i] = source.normal() * initializerRange;
    }
    if (name === EMBED_TOKENS && padTokenId !== null) data.fill(0, padTokenId * config.hiddenSize, (padTokenId + 1) * config.hiddenSize);
    weights.set(name, { shape, data });
  });
  for (const [name, tensor] of initialValueHead(config, seed)) weights.set(name, tensor);
  return weights;
}

/** A fresh value head: weight [1, hidden] and bias [1] uniform in (-1/sqrt(hidden), 1/sqrt(hidden)) (fact sheet 6.1, quirk Q33). */
export function initialValueHead(config: LlamaConfig, seed: number): NamedTensors {
  const bound = 1 / Math.sqrt(config.hiddenSize);
  const specs = parameterSpecs(config);
  const head = new Map<string, NamedTensor>();
  for (const name of [VALUE_HEAD_WEIGHT, VALUE_HEAD_BIAS]) {
    const index = specs.findIndex((spec) => spec.name === name);
    const { shape } = specs[index] as (typeof specs)[number];
    const source = new RandomSource(seed, Stream.init, index);
    head.set(name, { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => (2 * source.uniform() - 1) * bound) });
  }
  return head;
}
