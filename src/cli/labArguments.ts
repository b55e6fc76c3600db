// The words after `npm run lab --` to a command with checked options.

import { parseArgs } from "node:util";
import {
  CONFIG_FIELDS,
  type ConfigField,
  FIELDS,
  fieldProblem,
  type FinetuningType,
  type LabConfig,
  type RewardModelType,
  withDefaults,
} from "../config";
import { ConfigError } from "../errors";
import { policyKindValues } from "../policyKind";
import { type ApiConsent, apiUrl } from "../reward/apiReward";
import { SCENARIOS, scenarioById } from "../scenarios/catalogue";
import { PRESETS, presetById } from "../scenarios/presets";
import type { Scenario } from "../scenarios/scenario";
import { NODE_ENGINES, type NodeEngineName } from "./nodeFiles";

export interface LabArguments {
  readonly command: Command;
  readonly scenario: Scenario;
  readonly engine: NodeEngineName;
  /** The scenario's defaults (or the reference's, on request) with the command line's values on top. */
  readonly config: LabConfig;
  readonly json: boolean;
  /** Name of the failure preset in force, with "/twin" behind it for its twin. */
  readonly preset: string | null;
  /** `--steps`, where given. */
  readonly steps: number | null;
  /** train: checkpoints go to this folder, at the end and every so many PPO steps (0: only at the end). */
  readonly save: { readonly folder: string; readonly everySteps: number } | null;
  /** train: checkpoint folder to go on from. */
  readonly resume: string | null;
  /** train: file with own prompts. */
  readonly prompts: string | null;
  /** train: leave to send prompts and responses to a reward server at this origin. */
  readonly allowOrigin: ApiConsent | null;
  /** record: the file to write. */
  readonly out: string | null;
  /** pretrain: keep the base model that is there. */
  readonly keepBase: boolean;
  /** pretrain: the models of every scenario. */
  readonly all: boolean;
}

export const COMMANDS = ["train", "record", "pretrain", "card", "config"] as const;
export type Command = (typeof COMMANDS)[number];

/** Seed of pretraining when none is given: the shipped models come from it. */
const PRETRAIN_SEED = 1;

export const USAGE = `Usage: npm run --silent lab -- COMMAND [options]
Commands
  train      tune the scenario's policy with PPO and measure it before and after
  record     train and write the run as a replay file that the page plays
  pretrain   make the scenario's tokenizer, base model and reward models anew
  card       write the models' MODEL.md anew, with a fresh PPO run
  config     show every option: the reference's default, the scenario's, and the value in force
Options
  --scenario NAME      ${SCENARIOS.map(({ id }) => id).join(", ")} (default ${SCENARIOS[0]?.id})
  --engine NAME        ${NODE_ENGINES.join(", ")} (default wasm)
  --seed N             fixes every random choice
  --steps N            number of PPO steps (same as --set maxSteps=N)
  --set OPTION=VALUE   any option that "config" shows; repeat for more; VALUE null empties an option
  --preset NAME        a run that goes wrong on purpose: ${PRESETS.map(({ id }) => id).join(", ")}
  --twin               with --preset: its healthy twin instead
  --policy KIND        full, freeze, lora, oft, with a learning rate and a KL control that fit
  --reward NAME        one of the scenario's reward models, or a kind: full, lora, oft, rule, api
  --save FOLDER        train: write a checkpoint there at the end, and with --save-steps N every N PPO steps
  --resume FOLDER      train: go on from such a checkpoint, bit for bit on wasm; --steps may lengthen the run
  --prompts FILE       train: own prompts, JSON or JSONL in alpaca or sharegpt form
  --allow-origin URL   train: with --reward api, leave to send prompts and responses there; a key comes from API_KEY
  --out FILE           record: the file to write (default public/recordings/SCENARIO.ppolab)
  --all                pretrain the models of every scenario, as many at once as there are cores
  --keep-base          pretrain only the reward models, on the base model that is there; they begin with
                       a fresh value head, so their bits differ from those of a whole pretraining
  --reference-defaults start from the reference's defaults instead of the scenario's (run length and token limits stay)
  --json               result as one JSON line on stdout
  --help               this text`;

/**
 * @throws ConfigError naming what is wrong, what was expected and what to do.
 */
export function parseLabArguments(words: readonly string[]): LabArguments | "help" {
  const { values, positionals } = parseWords(words);
  if (values.help) return "help";
  const command = choice("command", positionals[0] ?? "", COMMANDS);
  if (positionals.length > 1) throw wrong(`expected one command, got ${positionals.join(" ")}`);
  const preset = values.preset === undefined ? null : presetById(values.preset);
  const scenario = scenarioById(values.scenario ?? preset?.scenario ?? (SCENARIOS[0] as Scenario).id);
  if (preset && preset.scenario !== scenario.id)
    throw wrong(`the preset ${preset.id} runs on the scenario ${preset.scenario}, got --scenario ${scenario.id}`);
  if (values.twin && !preset) throw wrong("expected --preset with --twin");
  const engine = choice("--engine", values.engine ?? "wasm", NODE_ENGINES);
  const given: [ConfigField, LabConfig[ConfigField]][] = [
    ...(values.seed === undefined ? [] : [`seed=${values.seed}`]),
    ...(values.steps === undefined ? [] : [`maxSteps=${values.steps}`]),
    ...(values.set ?? []),
  ].map(parseOverride);
  const start = withDefaults(values["reference-defaults"] ? scenario.referencePreset : scenario.defaults);
  const reward = values.reward === undefined ? {} : rewardValues(scenario, values.reward);
  const policy = policyKind(values.policy, reward);
  const config: LabConfig = {
    ...start,
    ...(policy === null ? {} : policyKindValues(policy, start)),
    ...(preset ? (values.twin ? preset.twin : preset.values) : {}),
    ...(command === "pretrain" ? { seed: PRETRAIN_SEED } : {}),
    ...reward,
    ...Object.fromEntries(given),
  };
  const strangers = Object.keys(values).filter((name) => !WITH_RESUME.includes(name));
  if (values.resume !== undefined && strangers.length > 0)
    throw wrong(`a resumed run keeps its options; expected only ${WITH_RESUME.join(", ")} beside --resume, got ${strangers.join(", ")}`);
  if (values.out !== undefined && command !== "record") throw wrong(`expected --out with record only, got it with ${command}`);
  if (values["save-steps"] !== undefined && values.save === undefined) throw wrong("expected --save with --save-steps");
  return {
    command,
    scenario,
    engine,
    config,
    json: values.json ?? false,
    preset: preset ? `${preset.id}${values.twin ? "/twin" : ""}` : null,
    steps: values.steps === undefined ? null : config.maxSteps,
    save: values.save === undefined ? null : { folder: values.save, everySteps: wholeNumber("--save-steps", values["save-steps"] ?? "0") },
    resume: values.resume ?? null,
    prompts: values.prompts ?? null,
    allowOrigin: values["allow-origin"] === undefined ? null : { origin: apiUrl(values["allow-origin"]).origin },
    out: values.out ?? null,
    keepBase: values["keep-base"] ?? false,
    all: values.all ?? false,
  };
}

const WITH_RESUME: readonly string[] = ["resume", "steps", "engine", "save", "save-steps", "prompts", "allow-origin", "json"];
const REWARD_KINDS: readonly string[] = ["full", "lora", "oft", "rule", "api"] satisfies RewardModelType[];

const POLICY_KINDS: readonly FinetuningType[] = ["full", "freeze", "lora", "oft"];

/** The kind asked for; an adapter that rewards needs a policy of its kind, so naming one is enough. */
function policyKind(asked: string | undefined, { rewardModelType }: Partial<LabConfig>): FinetuningType | null {
  if (asked !== undefined) return choice("--policy", asked, POLICY_KINDS);
  return rewardModelType === "lora" || rewardModelType === "oft" ? rewardModelType : null;
}

/** A reward model's name, or a kind, of which the scenario's first is meant. */
function rewardValues({ rewardModels }: Scenario, name: string): Partial<LabConfig> {
  if (REWARD_KINDS.includes(name)) return { rewardModelType: name as RewardModelType, rewardModel: "" };
  const entry = rewardModels.find(({ id }) => id === name);
  if (entry) return { rewardModelType: entry.type, rewardModel: entry.id };
  throw wrong(`expected --reward to be one of ${[...rewardModels.map(({ id }) => id), ...REWARD_KINDS].join(", ")}, got "${name}"`);
}

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        scenario: { type: "string" },
        engine: { type: "string" },
        seed: { type: "string" },
        steps: { type: "string" },
        set: { type: "string", multiple: true },
        save: { type: "string" },
        "save-steps": { type: "string" },
        resume: { type: "string" },
        prompts: { type: "string" },
        "allow-origin": { type: "string" },
        out: { type: "string" },
        preset: { type: "string" },
        twin: { type: "boolean" },
        policy: { type: "string" },
        reward: { type: "string" },
        "keep-base": { type: "boolean" },
        all: { type: "boolean" },
        "reference-defaults": { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, written: string): number {
  if (!/^\d{1,6}$/.test(written)) throw wrong(`expected a whole number after ${name}, got "${written}"`);
  return Number(written);
}

function wrong(problem: string): ConfigError {
  return new ConfigError(`Command line: ${problem}. Run with --help to see the commands and options.`);
}

function choice<T extends string>(what: string, given: string, choices: readonly T[]): T {
  const found = choices.find((candidate) => candidate === given);
  if (found === undefined) throw wrong(`expected ${what} to be one of ${choices.join(", ")}, got "${given}"`);
  return found;
}

function parseOverride(text: string): [ConfigField, LabConfig[ConfigField]] {
  const [name = "", ...rest] = text.split("=");
  const field = CONFIG_FIELDS.find((candidate) => candidate === name);
  if (rest.length === 0) throw wrong(`expected OPTION=VALUE, got "${text}"`);
  if (field === undefined) throw wrong(`there is no option "${name}"; expected one of ${CONFIG_FIELDS.join(", ")}`);
  const value = parseValue(field, rest.join("="));
  const problem = fieldProblem(field, value);
  if (problem !== null) throw wrong(problem.replace(/\.$/, ""));
  return [field, value as LabConfig[ConfigField]];
}

/** The written value as the field's type; what cannot be read stays text and is refused by the field's check. */
function parseValue(field: ConfigField, written: string): unknown {
  if (written === "null") return null;
  switch (FIELDS[field].kind) {
    case "boolean":
      return written === "true" ? true : written === "false" ? false : written;
    case "choice":
    case "text":
      return written;
    case "integer":
    case "number":
      return written.trim() === "" || Number.isNaN(Number(written)) ? written : Number(written);
  }
}
