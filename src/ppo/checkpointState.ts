// The lab's own files of a checkpoint: all that a run needs to go on bit for bit goes into a JSON and a tensor file, and back.

import { CONFIG_FIELDS, type LabConfig, REFERENCE_DEFAULTS, validateConfig } from "../config";
import { crc32 } from "../crc32";
import type { OftParametrisation, Parametrisation, TrainingState } from "../engine/engine";
import { checkTensors, type NamedTensor, type ParameterSpec } from "../engine/layout";
import type { LlamaConfig } from "../engine/llamaConfig";
import { thetaSpecs } from "../engine/theta";
import { CheckpointError, ConfigError, ShapeError } from "../errors";
import { formatHuggingFaceConfig, parseHuggingFaceConfig } from "../model/huggingFaceConfig";
import { JsonFields, jsonNumber } from "../model/jsonFields";
import { parseJsonObject } from "../model/jsonText";
import { readSafetensors, writeSafetensors } from "../model/safetensors";
import { shownText, shownValue } from "../shownValue";
import type { RunLog } from "./runLog";
import type { TrainerState } from "./trainerState";

export const STATE_FILE = "ppo_lab_state.json";
export const STATE_TENSORS_FILE = "ppo_lab_state.safetensors";

/** Everything about a run that cannot be made anew from its scenario. Draws and shuffles follow from seed and step. */
export interface ResumeState {
  readonly scenario: string;
  /** `baseHash` of the weights that the run started from. */
  readonly baseHash: string;
  readonly modelConfig: LlamaConfig;
  readonly parametrisation: Parametrisation;
  readonly policy: TrainingState;
  readonly state: TrainerState;
  readonly log: RunLog;
}

const FORMAT = "ppo-lab-checkpoint";
const VERSION = 1;
const NO_TOKEN_IDS = { bosTokenId: null, eosTokenIds: [], padTokenId: null };
/** Names in the tensor file: policy or best, then the part, then theta's name. */
const PARTS = { parameters: "parameters", firstMoments: "first_moments", secondMoments: "second_moments" } as const;
type Part = keyof typeof PARTS;

/** Both files by name, the JSON last: it vouches for the other, so an interrupted writing shows. */
export function formatResumeState(resume: ResumeState): Map<string, Uint8Array> {
  const { policy, state, log } = resume;
  const { best } = state;
  const tensors = writeSafetensors(new Map([...namedTensors("policy", policy), ...(best ? namedTensors("best", best.policy) : [])]), "F32");
  const { mean, variance, count } = state.moments;
  const contents = {
    scenario: resume.scenario,
    base_hash: resume.baseHash,
    model: JSON.parse(formatHuggingFaceConfig(resume.modelConfig, NO_TOKEN_IDS, "F32")) as unknown,
    parametrisation: resume.parametrisation,
    config: state.config,
    step: state.step,
    optimizer_steps: state.optimizerSteps,
    kl_coef: jsonNumber(state.klCoef),
    moments: { mean: jsonNumber(mean), variance: jsonNumber(variance), count: jsonNumber(count) },
    meters: { loss: jsonNumber(state.meters.loss), reward: jsonNumber(state.meters.reward), steps: state.meters.steps },
    adam_steps: policy.optimizerSteps,
    best: best && { steps_done: best.stepsDone, heldout_gold: jsonNumber(best.heldoutGold), adam_steps: best.policy.optimizerSteps },
    log: {
      total_steps: log.totalSteps,
      elapsed_seconds: jsonNumber(log.elapsedSeconds),
      entries: log.entries.map((entry) => ({
        step: entry.step,
        loss: jsonNumber(entry.loss),
        reward: jsonNumber(entry.reward),
        learning_rate: jsonNumber(entry.learningRate),
        epoch: jsonNumber(entry.epoch),
        elapsed_seconds: jsonNumber(entry.elapsedSeconds),
      })),
    },
    tensors: { bytes: tensors.length, crc32: crc32(tensors) },
  };
  const encode = (value: unknown, indent?: number) => new TextEncoder().encode(JSON.stringify(value, null, indent));
  const file = { format: FORMAT, version: VERSION, crc32: crc32(encode(contents)), contents };
  return new Map([
    [STATE_TENSORS_FILE, tensors],
    [STATE_FILE, encode(file, 1)],
  ]);
}

/**
 * @throws CheckpointError with the reason when a file is not of this format and version, damaged, changed, does not belong to the
 * other, or holds values out of range.
 */
export function parseResumeState(json: Uint8Array, tensorBytes: Uint8Array): ResumeState {
  const contents = checkedContents(json);
  const expected = contents.object("tensors");
  if (expected.count("bytes") !== tensorBytes.length || expected.text("crc32") !== crc32(tensorBytes))
    throw new CheckpointError(
      `${STATE_TENSORS_FILE}: expected the ${expected.count("bytes")} bytes (CRC-32 ${shownText(expected.text("crc32"))}) that ${STATE_FILE} names, got ${tensorBytes.length} (${crc32(tensorBytes)}). It is damaged or of another checkpoint; use another one.`,
    );
  return asCheckpointErrors(() => {
    const modelConfig = parseHuggingFaceConfig(JSON.stringify(contents.value("model") ?? null)).config;
    const parametrisation = readParametrisation(contents.object("parametrisation"));
    const specs = thetaSpecs(modelConfig, parametrisation);
    const best = contents.optionalObject("best");
    const { tensors } = readSafetensors(tensorBytes);
    const policy = trainingState(tensors, "policy", specs, contents.count("adam_steps"));
    const bestPolicy = best && trainingState(tensors, "best", specs, best.count("adam_steps"));
    const known = (best ? 2 : 1) * Object.keys(PARTS).length * specs.length;
    if (tensors.size !== known)
      throw new CheckpointError(`${STATE_TENSORS_FILE}: expected ${known} tensors, got ${tensors.size}. Use another checkpoint.`);
    const moments = contents.object("moments");
    const meters = contents.object("meters");
    return {
      scenario: contents.text("scenario"),
      baseHash: contents.text("base_hash"),
      modelConfig,
      parametrisation,
      policy,
      state: {
        config: readConfig(contents.object("config")),
        step: contents.count("step"),
        klCoef: contents.number("kl_coef"),
        moments: { mean: moments.number("mean"), variance: moments.number("variance"), count: moments.number("count") },
        meters: { loss: meters.number("loss"), reward: meters.number("reward"), steps: meters.count("steps") },
        optimizerSteps: contents.count("optimizer_steps"),
        best: best && bestPolicy && { stepsDone: best.count("steps_done"), heldoutGold: best.number("heldout_gold"), policy: bestPolicy },
      },
      log: readLog(contents.object("log")),
    };
  });
}

/** The body of the JSON file once format, version and checksum are right. */
function checkedContents(json: Uint8Array): JsonFields {
  const file = parseJsonObject(STATE_FILE, new TextDecoder().decode(json));
  if (file["format"] !== FORMAT)
    throw new CheckpointError(`${STATE_FILE}: expected a checkpoint of PPO Lab, got another file. Choose a folder that the lab has saved.`);
  if (file["version"] !== VERSION)
    throw new CheckpointError(
      `${STATE_FILE}: expected format version ${VERSION}, got ${shownValue(file["version"])}. Use the version of the lab that has saved it.`,
    );
  const sum = crc32(new TextEncoder().encode(JSON.stringify(file["contents"]) ?? ""));
  if (file["crc32"] !== sum)
    throw new CheckpointError(
      `${STATE_FILE}: expected contents with CRC-32 ${shownValue(file["crc32"])}, got ${sum}. The file is damaged or was changed; use another checkpoint.`,
    );
  return new JsonFields(file["contents"], STATE_FILE);
}

/** What the model and config parsers refuse is the file's fault here. */
function asCheckpointErrors<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ShapeError || error instanceof ConfigError) throw new CheckpointError(`${STATE_FILE}: ${error.message}`);
    throw error;
  }
}

function namedTensors(owner: string, state: TrainingState): [string, NamedTensor][] {
  return (Object.keys(PARTS) as Part[]).flatMap((part) =>
    [...state[part]].map(([name, tensor]): [string, NamedTensor] => [`${owner}.${PARTS[part]}.${name}`, tensor]),
  );
}

function trainingState(
  tensors: ReadonlyMap<string, NamedTensor>,
  owner: string,
  specs: readonly ParameterSpec[],
  optimizerSteps: number,
): TrainingState {
  const part = (name: Part): Map<string, NamedTensor> => {
    const prefix = `${owner}.${PARTS[name]}.`;
    checkTensors(
      specs.map((spec) => ({ ...spec, name: prefix + spec.name })),
      tensors,
    );
    return new Map(specs.map((spec) => [spec.name, finite(prefix + spec.name, tensors.get(prefix + spec.name) as NamedTensor)]));
  };
  return { parameters: part("parameters"), firstMoments: part("firstMoments"), secondMoments: part("secondMoments"), optimizerSteps };
}

function finite(name: string, tensor: NamedTensor): NamedTensor {
  const bad = tensor.data.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0)
    throw new CheckpointError(
      `${STATE_TENSORS_FILE}: expected finite numbers, got ${tensor.data[bad]} in ${name}. Use another checkpoint.`,
    );
  return tensor;
}

function readParametrisation(fields: JsonFields): Parametrisation {
  const kind = fields.text("kind");
  const name = (item: unknown, path: string): string => {
    if (typeof item !== "string") throw new CheckpointError(`${path}: expected a tensor's name. Use another checkpoint.`);
    return item;
  };
  switch (kind) {
    case "full":
      return { kind };
    case "freeze":
      return { kind, trained: fields.list("trained", name) };
    case "lora":
      return { kind, rank: fields.count("rank"), scale: fields.number("scale"), targets: fields.list("targets", name) };
    case "oft":
      return { kind, cayley: readCayley(fields.object("cayley")), targets: fields.list("targets", readOftTarget) };
    default:
      throw fields.wrong("kind", "full, freeze, lora or oft");
  }
}

function readCayley(fields: JsonFields): OftParametrisation["cayley"] {
  const kind = fields.text("kind");
  if (kind === "exact") return { kind };
  if (kind === "neumann") return { kind, terms: fields.count("terms") };
  throw fields.wrong("kind", "neumann or exact");
}

function readOftTarget(item: unknown, path: string): OftParametrisation["targets"][number] {
  const fields = new JsonFields(item, path);
  return { name: fields.text("name"), blockSize: fields.count("blockSize") };
}

/** An option that the file does not know yet has its default. */
function readConfig(fields: JsonFields): LabConfig {
  const unknown = fields.names().find((name) => !(CONFIG_FIELDS as readonly string[]).includes(name));
  if (unknown !== undefined) throw fields.wrong(unknown, "no such option: it comes from another version of the lab");
  const config = { ...REFERENCE_DEFAULTS, ...Object.fromEntries(fields.names().map((name) => [name, fields.value(name)])) };
  validateConfig(config);
  return config;
}

function readLog(fields: JsonFields): RunLog {
  return {
    totalSteps: fields.count("total_steps"),
    elapsedSeconds: fields.number("elapsed_seconds"),
    entries: fields.list("entries", (item, path) => {
      const entry = new JsonFields(item, path);
      return {
        step: entry.count("step"),
        loss: entry.number("loss"),
        reward: entry.number("reward"),
        learningRate: entry.number("learning_rate"),
        epoch: entry.number("epoch"),
        elapsedSeconds: entry.number("elapsed_seconds"),
      };
    }),
  };
}
