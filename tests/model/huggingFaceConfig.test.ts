import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import { CheckpointError } from "../../src/errors";
import { formatHuggingFaceConfig, parseHuggingFaceConfig } from "../../src/model/huggingFaceConfig";

const minimal = {
  model_type: "llama",
  vocab_size: 35,
  hidden_size: 16,
  intermediate_size: 24,
  num_hidden_layers: 2,
  num_attention_heads: 2,
};
const parse = (overrides: object) => parseHuggingFaceConfig(JSON.stringify({ ...minimal, ...overrides }));

describe("parsing", () => {
  test("absent fields take Hugging Face's defaults", () => {
    expect(parse({})).toEqual({
      config: {
        vocabSize: 35,
        hiddenSize: 16,
        intermediateSize: 24,
        numHiddenLayers: 2,
        numAttentionHeads: 2,
        numKeyValueHeads: 2,
        headDim: 8,
        maxPositionEmbeddings: 2048,
        rmsNormEps: 1e-6,
        ropeTheta: 10000,
        ropeScaling: { kind: "none" },
        tieWordEmbeddings: false,
        attentionBias: false,
        mlpBias: false,
      },
      tokenIds: { bosTokenId: null, eosTokenIds: [], padTokenId: null },
    });
  });

  test("null stands for absent, and head_dim may differ from hidden / heads", () => {
    const { config } = parse({ num_key_value_heads: null, head_dim: 10, rope_scaling: null });
    expect(config.numKeyValueHeads).toBe(2);
    expect(config.headDim).toBe(10);
  });

  test.each([
    [{ rope_theta: 5e5 }, 5e5, { kind: "none" }],
    [{ rope_parameters: { rope_theta: 5e5, rope_type: "default" } }, 5e5, { kind: "none" }],
    [{ rope_scaling: { type: "linear", factor: 4 } }, 10000, { kind: "linear", factor: 4 }],
    [{ rope_scaling: { rope_type: "linear", factor: 2 }, rope_theta: 7 }, 7, { kind: "linear", factor: 2 }],
    [
      {
        rope_parameters: {
          rope_theta: 9,
          rope_type: "llama3",
          factor: 8,
          low_freq_factor: 1,
          high_freq_factor: 4,
          original_max_position_embeddings: 64,
        },
      },
      9,
      { kind: "llama3", factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositionEmbeddings: 64 },
    ],
  ])("RoPE of %j", (json, theta, scaling) => {
    expect(parse(json).config.ropeTheta).toBe(theta);
    expect(parse(json).config.ropeScaling).toEqual(scaling);
  });

  test("token ids: one, a list, -1 for none", () => {
    expect(parse({ bos_token_id: 1, eos_token_id: [2, 3], pad_token_id: -1 }).tokenIds).toEqual({
      bosTokenId: 1,
      eosTokenIds: [2, 3],
      padTokenId: null,
    });
    expect(parse({ eos_token_id: 2 }).tokenIds.eosTokenIds).toEqual([2]);
  });

  test.each([
    [{ model_type: "gpt2" }, /model_type to be "llama", got "gpt2"/],
    [{ model_type: undefined }, /model_type/],
    [{ hidden_act: "gelu" }, /hidden_act to be "silu"/],
    [{ hidden_size: "16" }, /hidden_size to be a number, got "16"/],
    [{ vocab_size: undefined }, /vocab_size to be a number, got nothing/],
    [{ tie_word_embeddings: 1 }, /tie_word_embeddings/],
    [{ rope_scaling: { rope_type: "yarn", factor: 2 } }, /"default", "linear" or "llama3", got "yarn"/],
    [{ rope_scaling: { type: "linear", factor: 0 } }, /factor to be more than 0/],
    [{ partial_rotary_factor: 0.5 }, /partial_rotary_factor/],
    [{ num_attention_heads: 3 }, /headDim/],
    [{ num_key_value_heads: 3 }, /multiple of numKeyValueHeads/],
    [{ eos_token_id: 35 }, /token id from 0 to 34, got 35/],
  ])("refuses %j", (overrides, message) => {
    expect(() => parse(overrides)).toThrow(CheckpointError);
    expect(() => parse(overrides)).toThrow(message);
  });

  test("any text is parsed or refused with CheckpointError", () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .tuple(fc.constantFrom(...Object.keys(minimal), "rope_scaling", "rope_parameters", "eos_token_id"), fc.jsonValue())
        .map(([field, value]) => JSON.stringify({ ...minimal, [field]: value })),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          parseHuggingFaceConfig(text);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }),
    );
  });
});

test.each<[string, Partial<LlamaConfig>]>([
  ["plain", {}],
  ["linear", { ropeScaling: { kind: "linear", factor: 3 }, tieWordEmbeddings: true, mlpBias: true }],
  [
    "llama3",
    {
      ropeScaling: { kind: "llama3", factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositionEmbeddings: 64 },
      numKeyValueHeads: 1,
    },
  ],
])("format then parse gives the same config: %s", (_, overrides) => {
  const config = { ...parse({}).config, ...overrides };
  const tokenIds = { bosTokenId: null, eosTokenIds: [1, 3], padTokenId: 2 };
  const text = formatHuggingFaceConfig(config, tokenIds, "F16");
  expect(parseHuggingFaceConfig(text)).toEqual({ config, tokenIds });
  expect(JSON.parse(text)).toMatchObject({ torch_dtype: "float16" });
});
