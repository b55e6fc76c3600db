// The files of a recorded reference run (config.json, steps.json, safetensors) to checked plain data.

import type { LabConfig } from "../config";
import type { ValueHead } from "../engine/engine";
import type { NamedTensors } from "../engine/layout";
import type { LlamaConfig } from "../engine/llamaConfig";
import { CheckpointError } from "../errors";
import { valueHeadOf } from "../model/adapters/adapter";
import { parseHuggingFaceConfig } from "../model/huggingFaceConfig";
import { isJsonObject, type JsonObject, parseJsonObject } from "../model/jsonText";
import { type ReadFile, selectWeights } from "../model/modelFolder";
import { readSafetensors } from "../model/safetensors";
import { readRecordedOptions } from "./recordedOptions";
import { adapterKind, isBareHead, type RecordedPolicy, recordedPolicy, recordedTheta } from "./recordedPolicy";

export interface RecordedStep {
  readonly queries: readonly Int32Array[];
  readonly responses: readonly Int32Array[];
  /** Raw, [batch]. */
  readonly scores: Float32Array;
  /** One per PPO epoch that was run, each a permutation of the batch rows. */
  readonly permutations: readonly Int32Array[];
  readonly learningRate: number;
  readonly endOfDataloader: boolean;
  readonly klCoefBefore: number;
  readonly klCoefAfter: number;
  /** Numbers by key; vectors and matrices flattened row by row. */
  readonly stats: ReadonlyMap<string, Float64Array>;
  /** The policy's trained tensors after this step, by theta's names; null when they were not saved. */
  readonly theta: NamedTensors | null;
}

export interface RecordedRun {
  /** LLaMA-Factory's names. */
  readonly args: JsonObject;
  /** PPOConfig's names, on top of args. */
  readonly ppo: JsonObject;
  readonly steps: readonly RecordedStep[];
  readonly config: LlamaConfig;
  readonly padTokenId: number;
  readonly finetuningType: LabConfig["finetuningType"];
  /** As it starts. */
  readonly policy: RecordedPolicy;
  /** The weights of a network of its own, or the head of the policy's reward adapter; null when neither was saved. */
  readonly reward: { readonly weights: NamedTensors } | { readonly head: ValueHead } | null;
}

/** The recorder's PAD where config.json names none. */
const DEFAULT_PAD = 2;

/**
 * Reads a run in the layout `config.json`, `init.safetensors`, `reward.safetensors`, `steps.json`, `step1.safetensors`, ...
 * @throws CheckpointError when a file is missing, damaged or contradicts another; ConfigError on recorded options out of range.
 */
export async function readRecordedRun(readFile: ReadFile): Promise<RecordedRun> {
  const { config, tokenIds } = parseHuggingFaceConfig(new TextDecoder().decode(await required(readFile, "config.json")));
  const json = await readSteps(readFile);
  const args = objectAt(json, "args", "steps.json");
  const ppo = json["ppo"] === undefined || json["ppo"] === null ? {} : objectAt(json, "ppo", "steps.json");
  const start = readSafetensors(await required(readFile, "init.safetensors")).tensors;
  const finetuningType = finetuningTypeOf(args, start);
  const policy = recordedPolicy(config, { ...readRecordedOptions(args, ppo).config, finetuningType }, start);

  const recorded = json["steps"];
  if (!Array.isArray(recorded) || recorded.length === 0)
    throw new CheckpointError("steps.json: expected a list of steps, got none. Record the run again.");
  const steps: RecordedStep[] = [];
  for (const [i, step] of recorded.entries()) {
    const bytes = await readFile(`step${i + 1}.safetensors`).catch(() => null);
    const theta = bytes && recordedTheta(config, policy, readSafetensors(bytes).tensors);
    steps.push({ ...parseStep(step, `steps.json, step ${i + 1}`, config.vocabSize), theta });
  }
  const reward = await readFile("reward.safetensors").catch(() => null);
  const padTokenId = tokenIds.padTokenId ?? Math.min(DEFAULT_PAD, config.vocabSize - 1);
  return { args, ppo, steps, config, padTokenId, finetuningType, policy, reward: reward && readReward(config, policy, reward) };
}

/** As the options say, or else as the weights look. */
function finetuningTypeOf(args: JsonObject, start: NamedTensors): LabConfig["finetuningType"] {
  const given = args["finetuning_type"] ?? adapterKind(start) ?? "full";
  if (given !== "full" && given !== "freeze" && given !== "lora" && given !== "oft")
    throw wrong("steps.json: finetuning_type", "full, freeze, lora or oft");
  return given;
}

function readReward(config: LlamaConfig, { rewardAdapters }: RecordedPolicy, bytes: Uint8Array): RecordedRun["reward"] {
  const { tensors } = readSafetensors(bytes);
  if (!isBareHead(tensors)) return { weights: selectWeights(config, tensors) };
  if (rewardAdapters.length === 0) throw wrong("reward.safetensors", "a whole network, since init.safetensors has no reward adapter");
  return { head: valueHeadOf(tensors) };
}

async function required(readFile: ReadFile, file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new CheckpointError(`Recorded run: cannot read ${file} (${String(error)}). Expected the folder of a recorded run.`);
  }
}

/** Python writes NaN and Infinity bare, which JSON does not know; between tokens they become strings. */
async function readSteps(readFile: ReadFile): Promise<JsonObject> {
  const text = new TextDecoder().decode(await required(readFile, "steps.json"));
  return parseJsonObject("steps.json", text.replace(/([[,:]\s*)(NaN|-?Infinity)\b/g, '$1"$2"'));
}

function parseStep(value: unknown, where: string, vocabSize: number): Omit<RecordedStep, "theta"> {
  if (!isJsonObject(value)) throw wrong(where, "an object");
  const queries = tokenLists(value["queries"], `${where}: queries`, vocabSize);
  const responses = tokenLists(value["responses"], `${where}: responses`, vocabSize);
  const scores = Float32Array.from(flatten(value["scores"], `${where}: scores`));
  if (queries.length !== responses.length || queries.length !== scores.length)
    throw wrong(where, `as many queries (${queries.length}) as responses (${responses.length}) and scores (${scores.length})`);
  const perms = value["perms"];
  if (!Array.isArray(perms)) throw wrong(`${where}: perms`, "a list of permutations");
  const permutations = perms.map((perm, epoch) => Int32Array.from(flatten(perm, `${where}: perms ${epoch + 1}`)));
  for (const permutation of permutations)
    if (permutation.length !== scores.length || permutation.toSorted().some((row, i) => row !== i))
      throw wrong(`${where}: perms`, `permutations of 0 to ${scores.length - 1}`);
  const stats = Object.entries(objectAt(value, "stats", where)).filter(([key]) => !key.startsWith("time/"));
  const number = (key: string) => numberOf(value[key], `${where}: ${key}`);
  return {
    queries,
    responses,
    scores,
    permutations,
    learningRate: number("lr"),
    endOfDataloader: value["end_of_dataloader"] === true,
    klCoefBefore: number("kl_coef_before"),
    klCoefAfter: number("kl_coef_after"),
    stats: new Map(stats.map(([key, stat]) => [key, Float64Array.from(flatten(stat, `${where}: ${key}`))])),
  };
}

function tokenLists(value: unknown, where: string, vocabSize: number): Int32Array[] {
  if (!Array.isArray(value) || value.length === 0) throw wrong(where, "a list of token lists");
  return value.map((list) => {
    const ids = flatten(list, where);
    if (ids.length === 0 || !ids.every((id) => Number.isInteger(id) && id >= 0 && id < vocabSize))
      throw wrong(where, `non-empty lists of token ids below ${vocabSize}`);
    return Int32Array.from(ids);
  });
}

/** A number or nested lists of numbers, row by row. */
function flatten(value: unknown, where: string): number[] {
  return Array.isArray(value) ? value.flatMap((element) => flatten(element, where)) : [numberOf(value, where)];
}

function numberOf(value: unknown, where: string): number {
  if (typeof value === "number") return value;
  if (value === null) return Number.NaN;
  const special =
    typeof value === "string"
      ? { nan: Number.NaN, inf: Infinity, infinity: Infinity, "-inf": -Infinity, "-infinity": -Infinity }[value.toLowerCase()]
      : undefined;
  if (special === undefined) throw wrong(where, "numbers");
  return special;
}

function objectAt(parent: JsonObject, key: string, where: string): JsonObject {
  const value = parent[key];
  if (!isJsonObject(value)) throw wrong(`${where}: ${key}`, "an object");
  return value;
}

function wrong(where: string, expected: string): CheckpointError {
  return new CheckpointError(`${where}: expected ${expected}, got something else. Record the run again.`);
}
