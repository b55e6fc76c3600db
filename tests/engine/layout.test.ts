import { describe, expect, test } from "vitest";
import { checkWeights, parameterCount, parameterSpecs, sizeOf, type NamedTensor } from "../../src/engine/layout";
import { type LlamaConfig, validateLlamaConfig } from "../../src/engine/llamaConfig";
import { ConfigError, ShapeError } from "../../src/errors";

/** GQA with a head size of its own. */
const config: LlamaConfig = {
  vocabSize: 11,
  hiddenSize: 8,
  intermediateSize: 12,
  numHiddenLayers: 1,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 6,
  maxPositionEmbeddings: 32,
  rmsNormEps: 1e-6,
  ropeTheta: 10000,
  ropeScaling: { kind: "none" },
  tieWordEmbeddings: false,
  attentionBias: true,
  mlpBias: false,
};
const zeros = () =>
  new Map<string, NamedTensor>(parameterSpecs(config).map(({ name, shape }) => [name, { shape, data: new Float32Array(sizeOf(shape)) }]));

describe("parameters", () => {
  test("names, shapes and decay groups of fact sheet 8.1", () => {
    expect(parameterSpecs(config).map(({ name, shape, decayGroup }) => `${name} [${shape}] ${decayGroup}`)).toEqual([
      "model.embed_tokens.weight [11,8] decay",
      "model.layers.0.input_layernorm.weight [8] noDecay",
      "model.layers.0.self_attn.q_proj.weight [24,8] decay",
      "model.layers.0.self_attn.q_proj.bias [24] noDecay",
      "model.layers.0.self_attn.k_proj.weight [12,8] decay",
      "model.layers.0.self_attn.k_proj.bias [12] noDecay",
      "model.layers.0.self_attn.v_proj.weight [12,8] decay",
      "model.layers.0.self_attn.v_proj.bias [12] noDecay",
      "model.layers.0.self_attn.o_proj.weight [8,24] decay",
      "model.layers.0.self_attn.o_proj.bias [8] noDecay",
      "model.layers.0.post_attention_layernorm.weight [8] noDecay",
      "model.layers.0.mlp.gate_proj.weight [12,8] decay",
      "model.layers.0.mlp.up_proj.weight [12,8] decay",
      "model.layers.0.mlp.down_proj.weight [8,12] decay",
      "model.norm.weight [8] noDecay",
      "lm_head.weight [11,8] decay",
      "v_head.summary.weight [1,8] decay",
      "v_head.summary.bias [1] noDecay",
    ]);
  });
  test("tied embeddings have no lm_head", () => {
    const tied = { ...config, tieWordEmbeddings: true };
    expect(parameterSpecs(tied).some(({ name }) => name === "lm_head.weight")).toBe(false);
    expect(parameterCount(config) - parameterCount(tied)).toBe(88);
  });
  test("weights of another model are refused by the tensor's name", () => {
    expect(() => checkWeights(config, zeros())).not.toThrow();
    const missing = zeros();
    missing.delete("model.norm.weight");
    expect(() => checkWeights(config, missing)).toThrow(ShapeError);
    expect(() => checkWeights(config, missing)).toThrow(/model\.norm\.weight/);
    const reshaped = zeros().set("lm_head.weight", { shape: [8, 11], data: new Float32Array(88) });
    expect(() => checkWeights(config, reshaped)).toThrow(/lm_head\.weight.*\[11,8\].*\[8,11\]/);
    const short = zeros().set("model.norm.weight", { shape: [8], data: new Float32Array(7) });
    expect(() => checkWeights(config, short)).toThrow(ShapeError);
  });
});

describe("model config", () => {
  test("a valid one passes", () => expect(() => validateLlamaConfig(config)).not.toThrow());
  test.each<[Partial<LlamaConfig>, RegExp]>([
    [{ hiddenSize: 0 }, /hiddenSize/],
    [{ vocabSize: 1.5 }, /vocabSize/],
    [{ numHiddenLayers: NaN }, /numHiddenLayers/],
    [{ headDim: 5 }, /headDim must be even/],
    [{ numKeyValueHeads: 3 }, /multiple of numKeyValueHeads \(3\)/],
    [{ rmsNormEps: 0 }, /rmsNormEps/],
    [{ ropeTheta: Infinity }, /ropeTheta/],
  ])("%j is refused", (change, message) => {
    expect(() => validateLlamaConfig({ ...config, ...change })).toThrow(ConfigError);
    expect(() => validateLlamaConfig({ ...config, ...change })).toThrow(message);
  });
});
