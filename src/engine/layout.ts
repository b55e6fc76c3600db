// The parameters of a Llama policy with value head: names, shapes and weight-decay groups, in one fixed order.

import type { LlamaConfig } from "./llamaConfig";
import { ShapeError } from "../errors";

/** A named tensor: row-major float32 data. Linear weights are [out, in] as in Hugging Face checkpoints. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
/** Weights by Hugging Face name, plus `v_head.summary.weight` [1, hidden] and `v_head.summary.bias` [1]. */
export type NamedTensors = ReadonlyMap<string, NamedTensor>;

/**
 * `noDecay`: norms and biases; `decay`: everything else (TRL via transformers' get_decay_parameter_names; fact sheet 5.9).
 */
export type DecayGroup = "noDecay" | "decay";

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly decayGroup: DecayGroup;
}

export const EMBED_TOKENS = "model.embed_tokens.weight";
export const FINAL_NORM = "model.norm.weight";
export const LM_HEAD = "lm_head.weight";
export const VALUE_HEAD_WEIGHT = "v_head.summary.weight";
export const VALUE_HEAD_BIAS = "v_head.summary.bias";

/** Full name of a layer's tensor, e.g. `model.layers.0.self_attn.q_proj.weight`. */
export function layerName(layer: number, tail: string): string {
  return `model.layers.${layer}.${tail}`;
}

/** Every parameter of the model in a fixed order (fact sheet 8.1). `lm_head.weight` is absent when embeddings are tied. */
export function parameterSpecs(config: LlamaConfig): ParameterSpec[] {
  const { hiddenSize: h, intermediateSize, vocabSize } = config;
  const qDim = config.numAttentionHeads * config.headDim;
  const kvDim = config.numKeyValueHeads * config.headDim;
  const specs: ParameterSpec[] = [];
  const weight = (name: string, ...shape: number[]) => specs.push({ name, shape, decayGroup: "decay" });
  const normOrBias = (name: string, size: number) => specs.push({ name, shape: [size], decayGroup: "noDecay" });
  const linear = (layer: number, module: string, out: number, into: number, bias: boolean) => {
    weight(layerName(layer, `${module}.weight`), out, into);
    if (bias) normOrBias(layerName(layer, `${module}.bias`), out);
  };

  weight(EMBED_TOKENS, vocabSize, h);
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    normOrBias(layerName(layer, "input_layernorm.weight"), h);
    linear(layer, "self_attn.q_proj", qDim, h, config.attentionBias);
    linear(layer, "self_attn.k_proj", kvDim, h, config.attentionBias);
    linear(layer, "self_attn.v_proj", kvDim, h, config.attentionBias);
    linear(layer, "self_attn.o_proj", h, qDim, config.attentionBias);
    normOrBias(layerName(layer, "post_attention_layernorm.weight"), h);
    linear(layer, "mlp.gate_proj", intermediateSize, h, config.mlpBias);
    linear(layer, "mlp.up_proj", intermediateSize, h, config.mlpBias);
    linear(layer, "mlp.down_proj", h, intermediateSize, config.mlpBias);
  }
  normOrBias(FINAL_NORM, h);
  if (!config.tieWordEmbeddings) weight(LM_HEAD, vocabSize, h);
  weight(VALUE_HEAD_WEIGHT, 1, h);
  normOrBias(VALUE_HEAD_BIAS, 1);
  return specs;
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Number of scalars in the model, value head included. */
export function parameterCount(config: LlamaConfig): number {
  return parameterSpecs(config).reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
}

/**
 * Checks that `tensors` hold every parameter of the model in its shape.
 * @throws ShapeError naming the first missing or wrongly shaped tensor.
 */
export function checkWeights(config: LlamaConfig, tensors: NamedTensors): void {
  checkTensors(parameterSpecs(config), tensors);
}

/** @throws ShapeError naming the first of `specs` that is missing in `tensors` or wrongly shaped there. */
export function checkTensors(specs: readonly ParameterSpec[], tensors: NamedTensors): void {
  for (const { name, shape } of specs) {
    const tensor = tensors.get(name);
    if (!tensor)
      throw new ShapeError(`Weights: expected tensor ${name} [${shape}], but it is missing. Load weights of the same model as the config.`);
    const same = tensor.shape.length === shape.length && tensor.shape.every((size, axis) => size === shape[axis]);
    if (!same || tensor.data.length !== sizeOf(shape))
      throw new ShapeError(
        `Weights: expected ${name} in shape [${shape}], got [${tensor.shape}]. Load weights of the same model as the config.`,
      );
  }
}
