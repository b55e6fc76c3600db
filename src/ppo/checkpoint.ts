// A run to the files of a checkpoint and back: the reference's folder layouts, its logs, and our own state for an exact resume.

import type { EngineModel, TrainingState } from "../engine/engine";
import { CheckpointError } from "../errors";
import { saveAdapterFolder } from "../model/adapterFolder";
import { type Adapter, trainedAdapter, valueHeadOf } from "../model/adapters/adapter";
import { baseHash } from "../model/adapters/baseHash";
import { parseHuggingFaceConfig, type TokenIds } from "../model/huggingFaceConfig";
import { isJsonObject } from "../model/jsonText";
import { type ReadFile, saveModelFolder } from "../model/modelFolder";
import type { AdapterWithHead } from "../reward/adapterReward";
import type { Scenario } from "../scenarios/scenario";
import { formatResumeState, parseResumeState, type ResumeState, STATE_FILE, STATE_TENSORS_FILE } from "./checkpointState";
import type { PolicyStart } from "./policyStart";
import { type RunLog, trainerLogText, trainerStateText } from "./runLog";
import type { TrainerState } from "./trainerState";

/** Where a run comes from: its scenario and what lies in the base model's folder beside the weights. */
export interface CheckpointSource {
  /** The scenario's id. */
  readonly scenario: string;
  /** The base model's folder. */
  readonly folder: string;
  readonly tokenIds: TokenIds;
  /** By name. */
  readonly tokenizerFiles: ReadonlyMap<string, Uint8Array>;
}

/** What a checkpoint is made from and restored to; a prepared PpoRun is one. */
export interface CheckpointRun {
  readonly policy: EngineModel;
  readonly start: PolicyStart;
  readonly rewardAdapter: AdapterWithHead | null;
}

export interface CheckpointContents {
  readonly source: CheckpointSource;
  readonly start: PolicyStart;
  readonly rewardAdapter: AdapterWithHead | null;
  readonly policy: TrainingState;
  readonly state: TrainerState;
  readonly log: RunLog;
}

const TOKENIZER_FILES = ["tokenizer.json", "tokenizer_config.json"];

/** @throws CheckpointError when a file of the scenario's base model is damaged; rejects as `readFile` when one is missing. */
export async function checkpointSource(
  readFile: ReadFile,
  { id, policy: folder }: Pick<Scenario, "id" | "policy">,
): Promise<CheckpointSource> {
  const { tokenIds } = parseHuggingFaceConfig(new TextDecoder().decode(await readFile(`${folder}/config.json`)));
  const tokenizerFiles = new Map<string, Uint8Array>();
  for (const name of TOKENIZER_FILES) tokenizerFiles.set(name, await readFile(`${folder}/${name}`));
  return { scenario: id, folder, tokenIds, tokenizerFiles };
}

/**
 * The files of a checkpoint folder by path, to be written in this order (fact sheet 7.3). Full and freeze: a model folder. LoRA and
 * OFT: an adapter folder, and with a reward adapter the folder `reward/` complete with its head (quirk Q31). Always
 * value_head.safetensors, tokenizer files, trainer_state.json, trainer_log.jsonl and our own state, all weights in float32.
 * Embeddings that are tied are stored once (quirk Q17).
 */
export function saveCheckpoint(contents: CheckpointContents): Map<string, Uint8Array> {
  const { source, start, rewardAdapter, policy, state, log } = contents;
  const text = (written: string): Uint8Array => new TextEncoder().encode(written);
  const files = start.adapter ? adapterFiles(contents, start.adapter) : modelFiles(contents);
  for (const [name, bytes] of source.tokenizerFiles) files.set(name, bytes);
  if (rewardAdapter) for (const [name, bytes] of rewardFiles(contents, rewardAdapter)) files.set(`reward/${name}`, bytes);
  files.set("trainer_state.json", text(trainerStateText(log, state.step, state.config)));
  files.set("trainer_log.jsonl", text(trainerLogText(log)));
  const own = formatResumeState({
    scenario: source.scenario,
    baseHash: baseHash(start.weights),
    modelConfig: start.config,
    parametrisation: start.parametrisation,
    policy,
    state,
    log,
  });
  for (const [name, bytes] of own) files.set(name, bytes);
  return files;
}

/** `saveCheckpoint` of a run that stands between two PPO steps: its generator rests on a `step` event, or has ended. */
export async function checkpointFiles(
  { policy, start, rewardAdapter }: CheckpointRun,
  source: CheckpointSource,
  state: TrainerState,
  log: RunLog,
): Promise<Map<string, Uint8Array>> {
  return saveCheckpoint({ source, start, rewardAdapter, policy: await policy.saveState(), state, log });
}

/**
 * Reads our own state out of a checkpoint folder; the other files repeat what it holds for other programs.
 * @throws CheckpointError with the reason when a file is missing, damaged or not the lab's. Nothing is half-loaded.
 */
export async function loadCheckpoint(readFile: ReadFile, folder: string): Promise<ResumeState> {
  const read = async (file: string): Promise<Uint8Array> => {
    try {
      return await readFile(`${folder}/${file}`);
    } catch (error) {
      throw new CheckpointError(
        `Checkpoint ${folder}: cannot read ${file} (${String(error)}). Expected a folder that the lab has saved; others can only be start models.`,
      );
    }
  };
  return parseResumeState(await read(STATE_FILE), await read(STATE_TENSORS_FILE));
}

/**
 * Puts a run that was prepared under `checkpoint.state.config` where the checkpoint was saved.
 * @param scenario id of the run's scenario
 * @returns the state to train on from
 * @throws CheckpointError when scenario, model, adapter or base weights are others; the run is then as before.
 */
export async function resumeRun({ policy, start }: CheckpointRun, scenario: string, checkpoint: ResumeState): Promise<TrainerState> {
  checkFits(start, scenario, checkpoint);
  await policy.restoreState(checkpoint.policy);
  return { ...checkpoint.state };
}

/** @throws CheckpointError when a run of `scenario` that starts like this is not the one that the checkpoint was saved from. */
export function checkFits(start: PolicyStart, scenario: string, checkpoint: ResumeState): void {
  const same = (what: string, saved: unknown, here: unknown): void => {
    const [wanted, got] = [canonicalText(saved), canonicalText(here)];
    if (wanted !== got)
      throw new CheckpointError(
        `Checkpoint: expected ${what} ${wanted.slice(0, 200)} as saved, got ${got.slice(0, 200)}. Resume with the scenario, models and options that the run began with.`,
      );
  };
  same("the scenario", checkpoint.scenario, scenario);
  same("a model of", checkpoint.modelConfig, start.config);
  same("the trained weights", checkpoint.parametrisation, start.parametrisation);
  same("base weights with the hash", checkpoint.baseHash, baseHash(start.weights));
}

/** JSON with sorted keys. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isJsonObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function modelFiles({ source, start, policy }: CheckpointContents): Map<string, Uint8Array> {
  const weights = new Map([...start.weights, ...policy.parameters]);
  const files = saveModelFolder(start.config, weights, { dtype: "F32", tokenIds: source.tokenIds });
  return files.set("generation_config.json", new TextEncoder().encode(generationConfig(source.tokenIds)));
}

function adapterFiles({ source, start, policy }: CheckpointContents, adapter: Adapter): Map<string, Uint8Array> {
  const trained = trainedAdapter(start.config, adapter, policy.parameters);
  const valueHead = valueHeadOf(policy.parameters);
  const files = saveAdapterFolder(trained, { base: start, baseName: source.folder, valueHead, dtype: "F32" });
  return files.set("README.md", new TextEncoder().encode(adapterReadme(source.folder, adapter, "The policy of a PPO run")));
}

function rewardFiles({ source, start }: CheckpointContents, { adapter, head }: AdapterWithHead): Map<string, Uint8Array> {
  const files = saveAdapterFolder(adapter, { base: start, baseName: source.folder, valueHead: head, dtype: "F32" });
  files.set("README.md", new TextEncoder().encode(adapterReadme(source.folder, adapter, "The reward model of a PPO run")));
  return new Map([...files, ...source.tokenizerFiles]);
}

/** A model card: the front matter is what Hugging Face's tools read of it. */
function adapterReadme(baseName: string, { parametrisation: { kind } }: Adapter, what: string): string {
  return `---
base_model: ${baseName}
library_name: peft
tags:
- ${kind}
- ppo
---

${what} in PPO Lab: ${kind === "lora" ? "a LoRA" : "an OFT"} adapter on \`${baseName}\`, with its value head in \`value_head.safetensors\`.
`;
}

/** As Hugging Face derives it from a model's config.json. */
function generationConfig({ bosTokenId, eosTokenIds, padTokenId }: TokenIds): string {
  const eos = eosTokenIds.length > 1 ? eosTokenIds : (eosTokenIds[0] ?? null);
  const json = { _from_model_config: true, bos_token_id: bosTokenId, eos_token_id: eos, pad_token_id: padTokenId };
  return `${JSON.stringify(json, null, 2)}\n`;
}
