// Every statistic of a run: group, unit and origin of each key (fact sheet 5.11 and the lab's own), and how to read it from a step.

import type { ScalarStats } from "../../src/records";

/** Reads one number from a step; undefined where the run does not record it. */
export type ReadMetric = (stats: ScalarStats) => number | undefined;

export const readerOf =
  (key: string): ReadMetric =>
  (stats) =>
    stats[key];

export const readProxy = readerOf("env/reward_mean");
export const readGold = readerOf("lab/gold");
export const readKl = readerOf("objective/kl");
export const readKlCoef = readerOf("objective/kl_coef");
export const readScore = readerOf("ppo/mean_scores");

/** The KL penalty of a response: the rewards -beta k of its tokens summed, mean over the batch. */
export const readKlPenalty: ReadMetric = (stats) => {
  const kl = readKl(stats);
  const coefficient = readKlCoef(stats);
  // Written so that no drift is 0 and not -0.
  return kl === undefined || coefficient === undefined ? undefined : 0 - coefficient * kl;
};

/** What PPO maximises: the rewards of a response's tokens summed, mean over the batch. */
export const readTotalReward: ReadMetric = (stats) => {
  const score = readScore(stats);
  const penalty = readKlPenalty(stats);
  return score === undefined || penalty === undefined ? undefined : score + penalty;
};

const GOLD_PART = "lab/gold_";

/** Names of the gold scorer's parts in a step's statistics. */
export function goldParts(stats: ScalarStats): string[] {
  return Object.keys(stats)
    .filter((key) => key.startsWith(GOLD_PART))
    .map((key) => key.slice(GOLD_PART.length));
}

export function readGoldPart(part: string): ReadMetric {
  return readerOf(GOLD_PART + part);
}

export const METRIC_GROUPS = ["objective", "policy", "value", "scores", "tokens", "evaluation", "lab", "time"] as const;
export type MetricGroup = (typeof METRIC_GROUPS)[number];

export type MetricUnit =
  | "none"
  | "nats"
  | "natsPerResponse"
  | "natsPerToken"
  | "score"
  | "scorePerToken"
  | "scorePerNat"
  | "grade"
  | "share"
  | "tokens"
  | "responses"
  | "seconds";

/** Where a key comes from. */
export interface MetricSource {
  readonly project: "TRL" | "lab";
  readonly file: string;
  readonly name: string;
}

export interface Metric {
  /** One number a step, or many (a distribution). */
  readonly kind: "scalar" | "vector";
  readonly group: MetricGroup;
  readonly unit: MetricUnit;
  readonly source: MetricSource;
  /** Name under which LLaMA-Factory's trainer_log.jsonl has it. */
  readonly logged?: "loss" | "reward" | "lr";
}

const trl = (name: string): MetricSource => ({ project: "TRL", file: "trl/trainer/ppo_trainer.py", name });
const STEP = trl("step");
const RECORDED = trl("record_step_stats");
const LOSS = trl("loss");
const LOGGED = trl("log_stats");
const LAB: MetricSource = { project: "lab", file: "src/ppo/statistics.ts", name: "computeStatistics" };
const EVALUATION: MetricSource = { project: "lab", file: "src/ppo/statistics.ts", name: "evaluationStatistics" };

type Shared = Omit<Metric, "kind">;
const scalar = (shared: Shared): Metric => ({ kind: "scalar", ...shared });
const vector = (shared: Shared): Metric => ({ kind: "vector", ...shared });
const row =
  (group: MetricGroup) =>
  (unit: MetricUnit, source: MetricSource): Shared => ({ group, unit, source });
const objective = row("objective");
const policy = row("policy");
const value = row("value");
const scores = row("scores");
const tokens = row("tokens");
const evaluation = row("evaluation");
const lab = row("lab");
const seconds: Shared = { group: "time", unit: "seconds", source: STEP };

/** One row per key; `*` stands for a part of the hidden judge's grade. */
// biome-ignore format: one row per key reads as a table
export const METRICS = {
  "objective/kl": scalar(objective("natsPerResponse", RECORDED)),
  "objective/kl_coef": scalar(objective("scorePerNat", RECORDED)),
  "objective/entropy": scalar(objective("natsPerResponse", RECORDED)),
  "objective/kl_dist": vector(objective("nats", RECORDED)),
  "objective/logprobs": vector(objective("nats", RECORDED)),
  "objective/ref_logprobs": vector(objective("nats", RECORDED)),
  "ppo/mean_non_score_reward": scalar(objective("scorePerToken", RECORDED)),
  "ppo/loss/total": scalar({ ...objective("none", LOSS), logged: "loss" }),

  "ppo/loss/policy": scalar(policy("none", LOSS)),
  "ppo/policy/entropy": scalar(policy("natsPerToken", LOSS)),
  "ppo/policy/approxkl": scalar(policy("natsPerToken", LOSS)),
  "ppo/policy/policykl": scalar(policy("natsPerToken", LOSS)),
  "ppo/policy/clipfrac": scalar(policy("share", LOSS)),
  "ppo/policy/ratio": vector(policy("none", LOSS)),
  "ppo/policy/advantages": vector(policy("none", LOSS)),
  "ppo/policy/advantages_mean": scalar(policy("none", LOSS)),
  "ppo/learning_rate": scalar({ ...policy("none", STEP), logged: "lr" }),

  "ppo/loss/value": scalar(value("none", LOSS)),
  "ppo/val/var_explained": scalar(value("none", RECORDED)),
  "ppo/val/vpred": scalar(value("score", LOSS)),
  "ppo/val/error": scalar(value("none", LOSS)),
  "ppo/val/clipfrac": scalar(value("share", LOSS)),
  "ppo/val/mean": scalar(value("score", LOSS)),
  "ppo/val/var": scalar(value("none", LOSS)),
  "ppo/returns/mean": scalar(value("score", LOSS)),
  "ppo/returns/var": scalar(value("none", LOSS)),

  "env/reward_mean": scalar({ ...scores("score", LOGGED), logged: "reward" }),
  "env/reward_std": scalar(scores("score", LOGGED)),
  "env/reward_dist": vector(scores("score", LOGGED)),
  "ppo/mean_scores": scalar(scores("score", RECORDED)),
  "ppo/std_scores": scalar(scores("score", RECORDED)),

  "tokens/responses_len_mean": scalar(tokens("tokens", RECORDED)),
  "tokens/responses_len_std": scalar(tokens("tokens", RECORDED)),
  "tokens/responses_dist": vector(tokens("tokens", RECORDED)),
  "tokens/queries_len_mean": scalar(tokens("tokens", RECORDED)),
  "tokens/queries_len_std": scalar(tokens("tokens", RECORDED)),
  "tokens/queries_dist": vector(tokens("tokens", RECORDED)),

  "lab/eval/heldout/gold": scalar(evaluation("grade", EVALUATION)),
  "lab/eval/heldout/gold_*": scalar(evaluation("grade", EVALUATION)),
  "lab/eval/heldout/proxy": scalar(evaluation("score", EVALUATION)),
  "lab/eval/heldout/kl": scalar(evaluation("natsPerResponse", EVALUATION)),
  "lab/eval/heldout/response_length": scalar(evaluation("tokens", EVALUATION)),
  "lab/eval/hard/gold": scalar(evaluation("grade", EVALUATION)),
  "lab/eval/hard/gold_*": scalar(evaluation("grade", EVALUATION)),
  "lab/eval/hard/proxy": scalar(evaluation("score", EVALUATION)),
  "lab/eval/hard/kl": scalar(evaluation("natsPerResponse", EVALUATION)),
  "lab/eval/hard/response_length": scalar(evaluation("tokens", EVALUATION)),

  "lab/gold": scalar(lab("grade", LAB)),
  "lab/gold_*": scalar(lab("grade", LAB)),
  "lab/proxy_gold_correlation": scalar(lab("none", LAB)),
  "lab/grad_norm": scalar(lab("none", LAB)),
  "lab/distinct_responses": scalar(lab("responses", LAB)),
  "lab/advantage_variance/value_head": scalar(lab("none", LAB)),
  "lab/advantage_variance/batch_mean": scalar(lab("none", LAB)),
  "lab/advantage_variance/none": scalar(lab("none", LAB)),

  "time/ppo/forward_pass": scalar(seconds),
  "time/ppo/compute_rewards": scalar(seconds),
  "time/ppo/compute_advantages": scalar(seconds),
  "time/ppo/optimize_step": scalar(seconds),
  "time/ppo/calc_stats": scalar(seconds),
  "time/ppo/total": scalar(seconds),
} as const satisfies Record<string, Metric>;

/** A row of the table. */
export type MetricKey = keyof typeof METRICS;

export const METRIC_KEYS = Object.keys(METRICS) as readonly MetricKey[];

/** Explanation of a metric in one language. */
export interface MetricText {
  readonly definition: string;
  readonly healthy: string;
  readonly unhealthy: string;
}

/** The row of a statistic's key; null for a key that the table does not know. */
export function metricKeyOf(key: string): MetricKey | null {
  if (Object.hasOwn(METRICS, key)) return key as MetricKey;
  const family = key.replace(/\/gold_.+$/, "/gold_*");
  return Object.hasOwn(METRICS, family) ? (family as MetricKey) : null;
}

/** What the `*` of a family's key stands for. */
export function partOf(key: string): string | null {
  return /\/gold_(.+)$/.exec(key)?.[1] ?? null;
}
