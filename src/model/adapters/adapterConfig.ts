// Text of PEFT's adapter_config.json to the sizes of a LoRA or OFT adapter, and back (fact sheet 6.5, 6.6). Nothing in it is trusted.

import type { OftParametrisation } from "../../engine/engine";
import { CheckpointError, ConfigError } from "../../errors";
import type { LocalText } from "../../localText";
import { shownValue } from "../../shownValue";
import { isJsonObject, type JsonObject, parseJsonObject } from "../jsonText";
import type { Adapter } from "./adapter";
import { cayleyOf, checkOftSizes, type OftSizes } from "./oft";

export type AdapterSizes =
  | { readonly kind: "lora"; readonly rank: number; readonly alpha: number; readonly useRslora: boolean }
  | ({ readonly kind: "oft"; readonly cayley: OftParametrisation["cayley"] } & OftSizes);

export interface AdapterConfig {
  readonly sizes: AdapterSizes;
  /** `baseHash` of the weights it was trained on; null in a file that this lab did not write. */
  readonly baseHash: string | null;
  readonly warnings: readonly LocalText[];
}

export const ADAPTER_CONFIG_FILE = "adapter_config.json";
/** PEFT ignores it with a warning. */
const BASE_HASH_FIELD = "ppo_lab_base_hash";
/** The version whose reading and arithmetic the files are written for. */
const PEFT_VERSION = "0.21.0";
const MAX_SIZE = 1_048_576;
/** As many as the option numCayleyNeumannTerms allows. */
const MAX_TERMS = 32;

/** Switches of PEFT that change what an adapter computes; each must be off, absent or empty. */
const UNSUPPORTED = {
  common: ["modules_to_save", "rank_pattern", "alpha_pattern", "target_parameters", "trainable_token_indices", "layer_replication"],
  lora: ["use_dora", "lora_bias", "use_qalora", "alora_invocation_tokens"],
  oft: ["coft", "block_share"],
} as const;

/**
 * Reads the fields that matter; unknown ones are ignored, absent ones have PEFT's defaults.
 * @throws CheckpointError when it is no LoRA or OFT adapter, a size is out of range or something is switched on that the lab does
 * not compute.
 */
export function parseAdapterConfig(text: string): AdapterConfig {
  const json = parseJsonObject(ADAPTER_CONFIG_FILE, text);
  const kind = json["peft_type"] === "LORA" ? "lora" : json["peft_type"] === "OFT" ? "oft" : null;
  if (kind === null) throw wrong("peft_type", '"LORA" or "OFT"', json["peft_type"]);
  for (const field of [...UNSUPPORTED.common, ...UNSUPPORTED[kind]]) if (isOn(json[field])) throw wrong(field, "off", json[field]);
  const bias = json["bias"] ?? "none";
  if (bias !== "none") throw wrong("bias", '"none"', bias);
  const hash = json[BASE_HASH_FIELD];
  return {
    ...(kind === "lora" ? loraSizes(json) : oftSizes(json)),
    baseHash: typeof hash === "string" ? hash : null,
  };
}

/** adapter_config.json as PEFT 0.21 writes and reads it, with one more field for the base's identity. */
export function formatAdapterConfig(
  adapter: Adapter,
  options: { readonly targetModules: readonly string[]; readonly baseName: string; readonly baseHash: string },
): string {
  const common = {
    auto_mapping: null,
    base_model_name_or_path: options.baseName,
    bias: "none",
    exclude_modules: null,
    fan_in_fan_out: false,
    inference_mode: true,
    layers_pattern: null,
    layers_to_transform: null,
    modules_to_save: null,
    peft_version: PEFT_VERSION,
    revision: null,
    target_modules: options.targetModules,
    task_type: "CAUSAL_LM",
    [BASE_HASH_FIELD]: options.baseHash,
  };
  const json = { ...common, ...(adapter.kind === "lora" ? loraFields(adapter) : oftFields(adapter)) };
  const sorted = Object.fromEntries(Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}

function loraSizes(json: JsonObject): Pick<AdapterConfig, "sizes" | "warnings"> {
  const rank = wholeNumber(json, "r", 8, 1);
  const alpha = json["lora_alpha"] ?? 8;
  if (typeof alpha !== "number" || !Number.isFinite(alpha) || alpha <= 0) throw wrong("lora_alpha", "a number above 0", alpha);
  const dropout = json["lora_dropout"] ?? 0;
  if (typeof dropout !== "number") throw wrong("lora_dropout", "a number", dropout);
  return {
    sizes: { kind: "lora", rank, alpha, useRslora: flag(json, "use_rslora", false) },
    warnings: dropout > 0 ? [ignoredDropout(dropout)] : [],
  };
}

function oftSizes(json: JsonObject): Pick<AdapterConfig, "sizes" | "warnings"> {
  if ((json["oft_block_size"] ?? null) === null)
    throw new CheckpointError(
      `${ADAPTER_CONFIG_FILE}: expected oft_block_size, got none. Old versions of PEFT wrote another kind of OFT; train the adapter again with a newer one.`,
    );
  const sizes = { rank: wholeNumber(json, "r", 0, 0), blockSize: wholeNumber(json, "oft_block_size", 0, 0) };
  try {
    checkOftSizes(sizes);
  } catch (error) {
    if (error instanceof ConfigError) throw new CheckpointError(`${ADAPTER_CONFIG_FILE}: ${error.message}`);
    throw error;
  }
  const neumann = flag(json, "use_cayley_neumann", true);
  const terms = wholeNumber(json, "num_cayley_neumann_terms", 5, 1, MAX_TERMS);
  return {
    sizes: { kind: "oft", ...sizes, cayley: cayleyOf(neumann, terms) },
    warnings: neumann && isBefore018(json["peft_version"]) ? [OLD_COEFFICIENT] : [],
  };
}

function loraFields({ parametrisation, alpha, useRslora }: Extract<Adapter, { kind: "lora" }>): JsonObject {
  return {
    peft_type: "LORA",
    r: parametrisation.rank,
    lora_alpha: alpha,
    use_rslora: useRslora,
    lora_dropout: 0,
    lora_bias: false,
    use_dora: false,
    init_lora_weights: true,
    rank_pattern: {},
    alpha_pattern: {},
    layer_replication: null,
  };
}

function oftFields({ parametrisation, rank, blockSize }: Extract<Adapter, { kind: "oft" }>): JsonObject {
  const { cayley } = parametrisation;
  return {
    peft_type: "OFT",
    r: rank,
    oft_block_size: blockSize,
    use_cayley_neumann: cayley.kind === "neumann",
    num_cayley_neumann_terms: cayley.kind === "neumann" ? cayley.terms : 5,
    module_dropout: 0,
    coft: false,
    eps: 0.00006,
    block_share: false,
    init_weights: true,
  };
}

function wrong(field: string, expected: string, got: unknown): CheckpointError {
  return new CheckpointError(
    `${ADAPTER_CONFIG_FILE}: expected ${field} to be ${expected}, got ${shownValue(got)}. Use an adapter that does without.`,
  );
}

/** Absent, null, false and empty lists or objects are off. */
function isOn(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  if (Array.isArray(value)) return value.length > 0;
  return !(isJsonObject(value) && Object.keys(value).length === 0);
}

function wholeNumber(json: JsonObject, field: string, fallback: number, min: number, max = MAX_SIZE): number {
  const value = json[field] ?? fallback;
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max)
    throw wrong(field, `a whole number from ${min} to ${max}`, value);
  // JSON can say -0, which would not be written again.
  return value === 0 ? 0 : value;
}

function flag(json: JsonObject, field: string, fallback: boolean): boolean {
  const value = json[field] ?? fallback;
  if (typeof value !== "boolean") throw wrong(field, "true or false", value);
  return value;
}

/** A missing version is an old one: PEFT writes it since 0.18. */
function isBefore018(version: unknown): boolean {
  const [, major, minor] = (typeof version === "string" && /^(\d+)\.(\d+)/.exec(version)) || [];
  return major === undefined || (Number(major) === 0 && Number(minor) < 18);
}

const OLD_COEFFICIENT: LocalText = {
  en: "This OFT adapter says no PEFT version from 0.18 on. Older versions gave the last Cayley-Neumann term twice the weight, so it may act slightly otherwise than where it was trained (quirk Q37).",
  vi: "Adapter OFT này không ghi phiên bản PEFT từ 0.18 trở lên. Các phiên bản cũ nhân đôi số hạng Cayley-Neumann cuối, nên adapter có thể cho kết quả hơi khác so với lúc được huấn luyện (điểm lạ Q37).",
};

function ignoredDropout(dropout: number): LocalText {
  return {
    en: `The adapter was trained with a LoRA dropout of ${dropout}; the lab trains it without.`,
    vi: `Adapter được huấn luyện với LoRA dropout ${dropout}; lab huấn luyện tiếp mà không dùng dropout.`,
  };
}
