// A folder in Hugging Face's layout to config, weights and special token ids, and back (fact sheet 7.3, 7.4, 8.1).

import {
  checkWeights,
  LM_HEAD,
  parameterSpecs,
  VALUE_HEAD_BIAS,
  VALUE_HEAD_WEIGHT,
  type NamedTensor,
  type NamedTensors,
} from "../engine/layout";
import type { LlamaConfig } from "../engine/llamaConfig";
import { CheckpointError, ShapeError } from "../errors";
import { shownText } from "../shownValue";
import { formatHuggingFaceConfig, parseHuggingFaceConfig, type TokenIds } from "./huggingFaceConfig";
import { initialValueHead } from "./initialWeights";
import { readSafetensors, writeSafetensors } from "./safetensors";
import { loadTokenizer, type Tokenizer } from "./tokenizer";

/** Resolves with the file's bytes; rejects when there is no such file. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

export interface ModelFolder {
  readonly config: LlamaConfig;
  /** Every parameter of the model in `parameterSpecs` order, value head included. */
  readonly weights: NamedTensors;
  readonly tokenIds: TokenIds;
  /** Whether the value head came with the model or starts random. */
  readonly valueHead: "loaded" | "fresh";
}

export interface LoadOptions {
  /** A reward model without its head would score at random (quirk Q12), so its absence is an error; a policy may start fresh. */
  readonly requireValueHead: boolean;
  /** Seed of a fresh value head. @default 0 */
  readonly valueHeadSeed?: number;
}

const CONFIG_FILE = "config.json";
const WEIGHTS_FILE = "model.safetensors";
const VALUE_HEAD_FILE = "value_head.safetensors";
const VALUE_HEAD_NAMES: readonly string[] = [VALUE_HEAD_WEIGHT, VALUE_HEAD_BIAS];

/**
 * Reads config.json, model.safetensors and, if there is one, value_head.safetensors.
 * @throws CheckpointError when a file is missing or damaged, or the tensors are not those of the config.
 */
export async function loadModelFolder(readFile: ReadFile, folder: string, options: LoadOptions): Promise<ModelFolder> {
  const read = async (file: string): Promise<Uint8Array> => {
    try {
      return await readFile(`${folder}/${file}`);
    } catch (error) {
      throw new CheckpointError(
        `Model folder ${folder}: cannot read ${file} (${String(error)}). Expected a folder in Hugging Face layout.`,
      );
    }
  };
  const { config, tokenIds } = parseHuggingFaceConfig(new TextDecoder().decode(await read(CONFIG_FILE)));
  const tensors = new Map<string, NamedTensor>();
  addTensors(tensors, await read(WEIGHTS_FILE));
  if (!hasValueHead(tensors)) {
    const bytes = await readFile(`${folder}/${VALUE_HEAD_FILE}`).catch(() => null);
    if (bytes) addTensors(tensors, bytes);
  }
  const loaded = hasValueHead(tensors);
  if (!loaded && options.requireValueHead)
    throw new CheckpointError(
      `Model folder ${folder}: expected a value head (${VALUE_HEAD_FILE} with ${VALUE_HEAD_WEIGHT}), but there is none. ` +
        "Without it the reward model would score at random; choose the folder of a trained reward model.",
    );
  if (!loaded) for (const [name, tensor] of initialValueHead(config, options.valueHeadSeed ?? 0)) tensors.set(name, tensor);
  return { config, tokenIds, weights: selectWeights(config, tensors), valueHead: loaded ? "loaded" : "fresh" };
}

/**
 * Reads tokenizer.json and tokenizer_config.json.
 * @throws CheckpointError when a file is missing or damaged.
 */
export async function loadTokenizerFolder(readFile: ReadFile, folder: string): Promise<Tokenizer> {
  const read = async (file: string): Promise<string> => {
    try {
      return new TextDecoder().decode(await readFile(`${folder}/${file}`));
    } catch (error) {
      throw new CheckpointError(
        `Model folder ${folder}: cannot read ${file} (${String(error)}). Expected the model's own tokenizer there.`,
      );
    }
  };
  return loadTokenizer(await read("tokenizer.json"), await read("tokenizer_config.json"));
}

/** The files of a model folder by name: config.json, model.safetensors and value_head.safetensors. */
export function saveModelFolder(
  config: LlamaConfig,
  weights: NamedTensors,
  options: { readonly dtype: "F32" | "F16"; readonly tokenIds: TokenIds },
): Map<string, Uint8Array> {
  const ordered = selectWeights(config, weights);
  const part = (inHead: boolean) => new Map([...ordered].filter(([name]) => VALUE_HEAD_NAMES.includes(name) === inHead));
  return new Map([
    [CONFIG_FILE, new TextEncoder().encode(formatHuggingFaceConfig(config, options.tokenIds, options.dtype))],
    [WEIGHTS_FILE, writeSafetensors(part(false), options.dtype)],
    [VALUE_HEAD_FILE, writeSafetensors(part(true), options.dtype)],
  ]);
}

/**
 * The model's parameters out of a state dict, in `parameterSpecs` order. Strips TRL's `pretrained_model.` prefix, ignores rotary
 * buffers and, with tied embeddings, a stored copy of lm_head.
 * @throws CheckpointError when a parameter is missing, has another shape, or an unknown tensor is there.
 */
export function selectWeights(config: LlamaConfig, stateDict: NamedTensors): NamedTensors {
  const given = new Map([...stateDict].map(([name, tensor]) => [name.replace("pretrained_model.", ""), tensor]));
  for (const name of given.keys()) if (name.endsWith(".rotary_emb.inv_freq")) given.delete(name);
  if (config.tieWordEmbeddings) given.delete(LM_HEAD);
  try {
    checkWeights(config, given);
  } catch (error) {
    if (error instanceof ShapeError) throw new CheckpointError(error.message);
    throw error;
  }
  const names = parameterSpecs(config).map((spec) => spec.name);
  const known = new Set(names);
  const unknown = [...given.keys()].find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new CheckpointError(
      `Weights: tensor ${shownText(unknown)} is not part of the model that the config describes. Use config and weights of one model.`,
    );
  return new Map(names.map((name) => [name, given.get(name) as NamedTensor]));
}

function addTensors(tensors: Map<string, NamedTensor>, bytes: Uint8Array): void {
  for (const [name, tensor] of readSafetensors(bytes).tensors) tensors.set(name, tensor);
}

function hasValueHead(tensors: NamedTensors): boolean {
  return VALUE_HEAD_NAMES.some((name) => tensors.has(name) || tensors.has(`pretrained_model.${name}`));
}
