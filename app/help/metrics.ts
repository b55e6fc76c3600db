// The metrics the page shows: where each lies in a step's statistics and which texts explain it.

import type { ScalarStats } from "../../src/records";
import type { StringKey } from "../strings/strings";

/** Reads one number from a step; undefined where the run does not record it. */
export type ReadMetric = (stats: ScalarStats) => number | undefined;

const at =
  (key: string): ReadMetric =>
  (stats) =>
    stats[key];

export const readProxy = at("env/reward_mean");
export const readGold = at("lab/gold");
export const readKl = at("objective/kl");
export const readKlCoef = at("objective/kl_coef");
export const readClipfrac = at("ppo/policy/clipfrac");
export const readPolicyLoss = at("ppo/loss/policy");
export const readValueLoss = at("ppo/loss/value");
export const readTotalLoss = at("ppo/loss/total");

const GOLD_PART = "lab/gold_";

/** Names of the gold scorer's parts in a step's statistics. */
export function goldParts(stats: ScalarStats): string[] {
  return Object.keys(stats)
    .filter((key) => key.startsWith(GOLD_PART))
    .map((key) => key.slice(GOLD_PART.length));
}

export function readGoldPart(part: string): ReadMetric {
  return at(GOLD_PART + part);
}

/** Texts of a metric: its explanation, and what is healthy and what is not. */
export interface MetricHelp {
  readonly help: StringKey;
  readonly healthy: StringKey;
  readonly unhealthy: StringKey;
}

export const METRIC_HELP = {
  proxy: { help: "metric.proxy.help", healthy: "metric.proxy.healthy", unhealthy: "metric.proxy.unhealthy" },
  gold: { help: "metric.gold.help", healthy: "metric.gold.healthy", unhealthy: "metric.gold.unhealthy" },
  goldParts: { help: "metric.goldParts.help", healthy: "metric.goldParts.healthy", unhealthy: "metric.goldParts.unhealthy" },
  kl: { help: "metric.kl.help", healthy: "metric.kl.healthy", unhealthy: "metric.kl.unhealthy" },
  klCoef: { help: "metric.klCoef.help", healthy: "metric.klCoef.healthy", unhealthy: "metric.klCoef.unhealthy" },
  clipfrac: { help: "metric.clipfrac.help", healthy: "metric.clipfrac.healthy", unhealthy: "metric.clipfrac.unhealthy" },
  loss: { help: "metric.loss.help", healthy: "metric.loss.healthy", unhealthy: "metric.loss.unhealthy" },
} as const satisfies Record<string, MetricHelp>;

export interface TableMetric extends MetricHelp {
  readonly label: StringKey;
  readonly read: ReadMetric;
}

/** Rows of the table beside the charts: what the charts do not draw. */
export const TABLE_METRICS: readonly TableMetric[] = (
  [
    ["approxKl", "ppo/policy/approxkl"],
    ["entropy", "ppo/policy/entropy"],
    ["length", "tokens/responses_len_mean"],
    ["distinct", "lab/distinct_responses"],
    ["varExplained", "ppo/val/var_explained"],
    ["gradNorm", "lab/grad_norm"],
    ["learningRate", "ppo/learning_rate"],
  ] as const
).map(([name, key]) => ({
  label: `metric.${name}`,
  help: `metric.${name}.help`,
  healthy: `metric.${name}.healthy`,
  unhealthy: `metric.${name}.unhealthy`,
  read: at(key),
}));
