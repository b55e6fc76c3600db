// The shape of a Llama model: the fields of Hugging Face's config.json that the forward pass needs.

import { ConfigError } from "../errors";

/** RoPE frequency scaling (fact sheet 8.3 step 4). */
export type RopeScaling =
  | { readonly kind: "none" }
  | { readonly kind: "linear"; readonly factor: number }
  | {
      readonly kind: "llama3";
      readonly factor: number;
      readonly lowFreqFactor: number;
      readonly highFreqFactor: number;
      readonly originalMaxPositionEmbeddings: number;
    };

export interface LlamaConfig {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  readonly numKeyValueHeads: number;
  /** Even; may differ from hiddenSize / numAttentionHeads. */
  readonly headDim: number;
  readonly maxPositionEmbeddings: number;
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  readonly ropeScaling: RopeScaling;
  readonly tieWordEmbeddings: boolean;
  readonly attentionBias: boolean;
  readonly mlpBias: boolean;
}

const MAX_SIZE = 1_048_576;
/** Every layer has a list of tensors before one of them is looked for; the largest Llama has 126 layers. */
const MAX_LAYERS = 256;

/**
 * Checks that the sizes describe a Llama model.
 * @throws ConfigError naming the first field that is out of range.
 */
export function validateLlamaConfig(config: LlamaConfig): void {
  const sizes = [
    "vocabSize",
    "hiddenSize",
    "intermediateSize",
    "numHiddenLayers",
    "numAttentionHeads",
    "numKeyValueHeads",
    "headDim",
    "maxPositionEmbeddings",
  ] as const;
  for (const field of sizes) {
    const value = config[field];
    const largest = field === "numHiddenLayers" ? MAX_LAYERS : MAX_SIZE;
    if (!Number.isInteger(value) || value < 1 || value > largest)
      throw new ConfigError(`Model config: ${field} must be a whole number from 1 to ${largest}, got ${value}. Check config.json.`);
  }
  if (config.headDim % 2 !== 0)
    throw new ConfigError(`Model config: headDim must be even (RoPE rotates pairs), got ${config.headDim}. Check head_dim in config.json.`);
  if (config.numAttentionHeads % config.numKeyValueHeads !== 0)
    throw new ConfigError(
      `Model config: numAttentionHeads (${config.numAttentionHeads}) must be a multiple of numKeyValueHeads (${config.numKeyValueHeads}). Check config.json.`,
    );
  for (const field of ["rmsNormEps", "ropeTheta"] as const)
    if (!(config[field] > 0 && Number.isFinite(config[field])))
      throw new ConfigError(`Model config: ${field} must be a positive number, got ${config[field]}. Check config.json.`);
}
