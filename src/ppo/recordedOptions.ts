// Option names of LLaMA-Factory and TRL's PPOConfig, as recorded runs state them, to the lab's options.

import { CONFIG_FIELDS, type ConfigField, FIELDS, fieldProblem, type LabConfig, withDefaults } from "../config";
import { ConfigError } from "../errors";

export interface RecordedOptions {
  /** In reference mode. */
  readonly config: LabConfig;
  /** Names unknown to the lab; if one of them did change numbers, the comparison shows it. */
  readonly ignored: readonly string[];
}

/** PPOConfig's names where LLaMA-Factory has its own. */
const PPO_CONFIG_ALIASES: Readonly<Record<string, ConfigField>> = {
  target: "ppoTarget",
  whiten_rewards: "ppoWhitenRewards",
  mini_batch_size: "perDeviceTrainBatchSize",
};

/** Options of ours that a record replaces by what happened: data order, sampled tokens, learning rates, logging, models and targets. */
const RECORDED_FIELDS: ReadonlySet<ConfigField> = new Set<ConfigField>([
  ...CONFIG_FIELDS.filter((field) => ["run", "sampling", "logging", "evaluation", "reward"].includes(FIELDS[field].group)),
  "numTrainEpochs",
  "maxSteps",
  "learningRate",
  "lrSchedulerType",
  "warmupRatio",
  "warmupSteps",
  "finetuningType",
  "adapterNameOrPath",
  "createNewAdapter",
  "refModel",
  "loraTarget",
  "oftTarget",
]);

/**
 * Options of a recorded run in reference mode: `args` on the reference's defaults, `ppo` on top. Names that the lab does not
 * know (folders, trackers ...) are listed, not refused: the comparison of all numbers is the judge.
 * @throws ConfigError on a known option whose value is out of range.
 */
export function readRecordedOptions(args: Readonly<Record<string, unknown>>, ppo: Readonly<Record<string, unknown>>): RecordedOptions {
  const changes: Partial<Record<ConfigField, unknown>> = {};
  const ignored: string[] = [];
  for (const [name, value] of [...Object.entries(args), ...Object.entries(ppo)]) {
    const field = PPO_CONFIG_ALIASES[name] ?? CONFIG_FIELDS.find((candidate) => FIELDS[candidate].reference === name);
    if (field && !RECORDED_FIELDS.has(field)) changes[field] = checked(field, name, value);
    else if (!field) ignored.push(name);
  }
  return { config: { ...withDefaults(changes as Partial<LabConfig>), referenceMode: true }, ignored };
}

/** LLaMA-Factory takes comma lists also as lists. */
function checked(field: ConfigField, name: string, given: unknown): unknown {
  const value = Array.isArray(given) && FIELDS[field].kind === "text" ? given.join(",") : given;
  const problem = fieldProblem(field, value);
  if (problem !== null) throw new ConfigError(`Recorded option ${name}: ${problem} Check steps.json.`);
  return value;
}
