// Text of a Hugging Face config.json to LlamaConfig and special token ids, and back (fact sheet 8.2).

import { validateLlamaConfig, type LlamaConfig, type RopeScaling } from "../engine/llamaConfig";
import { CheckpointError, ConfigError } from "../errors";
import { shownValue } from "../shownValue";
import { isJsonObject, parseJsonObject, type JsonObject } from "./jsonText";

/** Special token ids as config.json states them; the tokenizer has the last word. */
export interface TokenIds {
  readonly bosTokenId: number | null;
  /** Hugging Face allows one id or a list; empty when the file has none. */
  readonly eosTokenIds: readonly number[];
  readonly padTokenId: number | null;
}

export interface HuggingFaceConfig {
  readonly config: LlamaConfig;
  readonly tokenIds: TokenIds;
}

/**
 * Parses config.json with Hugging Face's defaults; both `rope_theta` + `rope_scaling` and transformers 5's `rope_parameters`.
 * @throws CheckpointError when the file is not JSON, describes another architecture or holds a value out of range.
 */
export function parseHuggingFaceConfig(text: string): HuggingFaceConfig {
  const json = parseJsonObject("config.json", text);
  expectValue(json, "model_type", "llama");
  expectValue(json, "hidden_act", "silu");
  const hiddenSize = requiredNumber(json, "hidden_size");
  const numAttentionHeads = requiredNumber(json, "num_attention_heads");
  const rope = readRope(json);
  const config: LlamaConfig = {
    vocabSize: requiredNumber(json, "vocab_size"),
    hiddenSize,
    intermediateSize: requiredNumber(json, "intermediate_size"),
    numHiddenLayers: requiredNumber(json, "num_hidden_layers"),
    numAttentionHeads,
    numKeyValueHeads: optionalNumber(json, "num_key_value_heads") ?? numAttentionHeads,
    headDim: optionalNumber(json, "head_dim") ?? hiddenSize / numAttentionHeads,
    maxPositionEmbeddings: optionalNumber(json, "max_position_embeddings") ?? 2048,
    rmsNormEps: optionalNumber(json, "rms_norm_eps") ?? 1e-6,
    ropeTheta: rope.theta,
    ropeScaling: rope.scaling,
    tieWordEmbeddings: optionalBoolean(json, "tie_word_embeddings") ?? false,
    attentionBias: optionalBoolean(json, "attention_bias") ?? false,
    mlpBias: optionalBoolean(json, "mlp_bias") ?? false,
  };
  try {
    validateLlamaConfig(config);
  } catch (error) {
    if (error instanceof ConfigError) throw new CheckpointError(`config.json: ${error.message}`);
    throw error;
  }
  return { config, tokenIds: readTokenIds(json, config.vocabSize) };
}

/** Writes config.json as transformers 4 and 5 read it. */
export function formatHuggingFaceConfig(config: LlamaConfig, tokenIds: TokenIds, dtype: "F32" | "F16"): string {
  const { eosTokenIds } = tokenIds;
  const json = {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.numHiddenLayers,
    num_attention_heads: config.numAttentionHeads,
    num_key_value_heads: config.numKeyValueHeads,
    head_dim: config.headDim,
    hidden_act: "silu",
    max_position_embeddings: config.maxPositionEmbeddings,
    rms_norm_eps: config.rmsNormEps,
    rope_theta: config.ropeTheta,
    rope_scaling: formatRopeScaling(config.ropeScaling),
    tie_word_embeddings: config.tieWordEmbeddings,
    attention_bias: config.attentionBias,
    mlp_bias: config.mlpBias,
    initializer_range: 0.02,
    bos_token_id: tokenIds.bosTokenId,
    eos_token_id: eosTokenIds.length > 1 ? eosTokenIds : (eosTokenIds[0] ?? null),
    pad_token_id: tokenIds.padTokenId,
    torch_dtype: dtype === "F32" ? "float32" : "float16",
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function wrong(field: string, expected: string, got: unknown): CheckpointError {
  return new CheckpointError(
    `config.json: expected ${field} to be ${expected}, got ${shownValue(got)}. Use the config.json of a Llama model.`,
  );
}

/** The field may be absent (then Hugging Face's default, which is `expected`, holds). */
function expectValue(json: JsonObject, field: string, expected: string): void {
  const value = json[field];
  const mayBeAbsent = field !== "model_type";
  if (value !== expected && !(mayBeAbsent && (value === undefined || value === null))) throw wrong(field, JSON.stringify(expected), value);
}

function optionalNumber(json: JsonObject, field: string): number | null {
  const value = json[field] ?? null;
  if (value !== null && (typeof value !== "number" || !Number.isFinite(value))) throw wrong(field, "a number", value);
  return value;
}

function requiredNumber(json: JsonObject, field: string): number {
  const value = optionalNumber(json, field);
  if (value === null) throw wrong(field, "a number", undefined);
  return value;
}

function optionalBoolean(json: JsonObject, field: string): boolean | null {
  const value = json[field] ?? null;
  if (value !== null && typeof value !== "boolean") throw wrong(field, "true or false", value);
  return value;
}

function readRope(json: JsonObject): { theta: number; scaling: RopeScaling } {
  const parameters = json["rope_parameters"] ?? null;
  if (parameters !== null && !isJsonObject(parameters)) throw wrong("rope_parameters", "an object", parameters);
  const scaling = json["rope_scaling"] ?? null;
  if (scaling !== null && !isJsonObject(scaling)) throw wrong("rope_scaling", "an object or null", scaling);
  const source = parameters ?? scaling ?? {};
  const partial = optionalNumber(json, "partial_rotary_factor") ?? optionalNumber(source, "partial_rotary_factor") ?? 1;
  if (partial !== 1) throw wrong("partial_rotary_factor", "1", partial);
  return {
    theta: optionalNumber(source, "rope_theta") ?? optionalNumber(json, "rope_theta") ?? 10000,
    scaling: readRopeScaling(source, optionalNumber(json, "max_position_embeddings") ?? 2048),
  };
}

/** Older files call the kind `type`, newer ones `rope_type`. */
function readRopeScaling(json: JsonObject, maxPositionEmbeddings: number): RopeScaling {
  const kind = json["rope_type"] ?? json["type"] ?? "default";
  const positive = (field: string): number => {
    const value = requiredNumber(json, field);
    if (!(value > 0)) throw wrong(`RoPE's ${field}`, "more than 0", value);
    return value;
  };
  switch (kind) {
    case "default":
      return { kind: "none" };
    case "linear":
      return { kind: "linear", factor: positive("factor") };
    case "llama3": {
      const lowFreqFactor = positive("low_freq_factor");
      const highFreqFactor = positive("high_freq_factor");
      if (!(highFreqFactor > lowFreqFactor))
        throw wrong("RoPE's high_freq_factor", `more than low_freq_factor ${lowFreqFactor}`, highFreqFactor);
      const original = json["original_max_position_embeddings"] ?? null;
      return {
        kind: "llama3",
        factor: positive("factor"),
        lowFreqFactor,
        highFreqFactor,
        originalMaxPositionEmbeddings: original === null ? maxPositionEmbeddings : positive("original_max_position_embeddings"),
      };
    }
    default:
      throw wrong("the RoPE type", '"default", "linear" or "llama3"', kind);
  }
}

function formatRopeScaling(scaling: RopeScaling): JsonObject | null {
  switch (scaling.kind) {
    case "none":
      return null;
    case "linear":
      return { rope_type: "linear", factor: scaling.factor };
    case "llama3":
      return {
        rope_type: "llama3",
        factor: scaling.factor,
        low_freq_factor: scaling.lowFreqFactor,
        high_freq_factor: scaling.highFreqFactor,
        original_max_position_embeddings: scaling.originalMaxPositionEmbeddings,
      };
  }
}

function readTokenIds(json: JsonObject, vocabSize: number): TokenIds {
  const check = (field: string, value: unknown): number => {
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value >= vocabSize)
      throw wrong(field, `a token id from 0 to ${vocabSize - 1}`, value);
    return value;
  };
  /** Some files say -1 for "none". */
  const optional = (field: string): number | null => {
    const value = json[field] ?? null;
    return value === null || value === -1 ? null : check(field, value);
  };
  const eos = json["eos_token_id"];
  const eosTokenIds = Array.isArray(eos) ? eos.map((id) => check("eos_token_id", id)) : [optional("eos_token_id")];
  return {
    bosTokenId: optional("bos_token_id"),
    eosTokenIds: eosTokenIds.filter((id) => id !== null),
    padTokenId: optional("pad_token_id"),
  };
}
