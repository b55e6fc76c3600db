// The words after `npm run reward-server --` and LLaMA-Factory's environment variables to checked options of the reward server.

import { parseArgs } from "node:util";
import { ConfigError } from "../errors";
import { SCENARIOS, scenarioById } from "../scenarios/catalogue";
import type { RewardEntry, Scenario } from "../scenarios/scenario";

export interface RewardServerArguments {
  readonly scenario: Scenario;
  /** Of type full or rule. */
  readonly reward: RewardEntry;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Tokens per text when a request names no limit; null: the model's positions. */
  readonly maxLength: number | null;
  readonly apiKey: string | null;
}

export const REWARD_SERVER_USAGE = `Usage: npm run --silent reward-server -- [options]
Scores texts over HTTP as LLaMA-Factory's API server with stage rm does, for runs with rewardModelType api.
Options
  --scenario NAME       one of ${SCENARIOS.map(({ id }) => id).join(", ")} (default ${SCENARIOS[0]?.id ?? ""})
  --reward NAME         one of the scenario's reward models of type full or rule (default: the first full one, else the first rule)
  --host HOST           address to listen at (default: API_HOST, else 127.0.0.1, which only this machine reaches)
  --port N              port to listen at, 0 for any free one (default: API_PORT, else 8000)
  --max-length N        cut longer texts to N tokens when a request names no limit (default: the model's positions)
  --api-key-env NAME    environment variable that holds the key every request must bring (default API_KEY; unset: no key)
  --help                this text`;

/** @throws ConfigError on an unknown option or a value that cannot be. */
export function parseRewardServerArguments(words: readonly string[], environment: NodeJS.ProcessEnv): RewardServerArguments | "help" {
  const given = readOptions(words);
  if (given.help) return "help";
  const scenario = scenarioById(given.scenario ?? SCENARIOS[0]?.id ?? "");
  return {
    scenario,
    reward: chooseReward(scenario, given.reward),
    host: given.host ?? (environment["API_HOST"] || "127.0.0.1"),
    port: wholeNumber("--port", given.port ?? (environment["API_PORT"] || "8000"), 0, 65_535),
    maxLength: given["max-length"] === undefined ? null : wholeNumber("--max-length", given["max-length"], 1, 1_000_000),
    apiKey: readKey(given["api-key-env"], environment),
  };
}

function readOptions(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        scenario: { type: "string" },
        reward: { type: "string" },
        host: { type: "string" },
        port: { type: "string" },
        "max-length": { type: "string" },
        "api-key-env": { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)}. See --help.`);
  }
}

function chooseReward(scenario: Scenario, name: string | undefined): RewardEntry {
  const servable = scenario.rewardModels.filter(({ type }) => type === "full" || type === "rule");
  const found = name === undefined ? (servable.find(({ type }) => type === "full") ?? servable[0]) : servable.find(({ id }) => id === name);
  if (!found)
    throw new ConfigError(
      `Scenario ${scenario.id}: expected --reward to be a reward model of type full or rule (${servable.map(({ id }) => id).join(", ") || "it has none"}), got ${name === undefined ? "no choice" : `"${name}"`}. Choose one of these or another --scenario.`,
    );
  return found;
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new ConfigError(`${option} expects a whole number from ${min} to ${max}, got "${text}". See --help.`);
  return value;
}

/** A variable that was named but is not set is a mistake: the server would be open. */
function readKey(variable: string | undefined, environment: NodeJS.ProcessEnv): string | null {
  const key = environment[variable ?? "API_KEY"];
  if (key) return key;
  if (variable === undefined) return null;
  throw new ConfigError(`--api-key-env: expected the environment variable ${variable} to hold the key, but it is not set. Set it first.`);
}
