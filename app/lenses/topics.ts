// What can be explained: phases, main knobs and main metrics, and which of these a view's topic means.

import { STEP_PHASES, type Topic } from "../view/viewState";

export const OPTION_TOPICS = [
  "initKlCoef",
  "ppoTarget",
  "horizon",
  "klPenalty",
  "adapKlCtrl",
  "cliprange",
  "cliprangeValue",
  "vfCoef",
  "ppoEpochs",
  "earlyStopping",
  "ratioThreshold",
  "gamma",
  "lam",
  "baseline",
  "ppoScoreNorm",
  "ppoWhitenRewards",
  "temperature",
  "topK",
  "topP",
  "maxNewTokens",
  "seed",
  "learningRate",
  "maxGradNorm",
  "batch",
  "finetuningType",
  "rewardModelType",
] as const;

export const METRIC_TOPICS = [
  "env/reward_mean",
  "lab/gold",
  "objective/kl",
  "objective/kl_coef",
  "ppo/mean_non_score_reward",
  "objective/entropy",
  "tokens/responses_len_mean",
  "ppo/policy/entropy",
  "ppo/policy/clipfrac",
  "ppo/policy/approxkl",
  "ppo/policy/policykl",
  "ppo/policy/ratio",
  "ppo/policy/advantages_mean",
  "ppo/loss/policy",
  "ppo/loss/value",
  "ppo/loss/total",
  "ppo/val/var_explained",
  "ppo/val/clipfrac",
  "ppo/returns/mean",
  "lab/grad_norm",
  "ppo/learning_rate",
] as const;

export const TOPICS = [...STEP_PHASES, ...OPTION_TOPICS, ...METRIC_TOPICS] as const;
export type OptionTopic = (typeof OPTION_TOPICS)[number];
export type TopicId = (typeof TOPICS)[number];

/** Options and metrics that another topic's text speaks about. */
const PART_OF: Readonly<Record<string, TopicId>> = {
  perDeviceTrainBatchSize: "batch",
  gradientAccumulationSteps: "batch",
  ppoBufferSize: "batch",
  targetKl: "earlyStopping",
  useScoreScaling: "ppoScoreNorm",
  useScoreNorm: "ppoScoreNorm",
  loraRank: "finetuningType",
  oftRank: "finetuningType",
  oftBlockSize: "finetuningType",
  freezeTrainableLayers: "finetuningType",
  rewardModel: "rewardModelType",
  lrSchedulerType: "learningRate",
  "ppo/val/error": "ppo/val/var_explained",
};

/** The topic whose text to show; null when there is none. */
export function topicIdOf({ kind, id }: Topic): TopicId | null {
  const known: readonly string[] = kind === "phase" ? STEP_PHASES : kind === "option" ? OPTION_TOPICS : METRIC_TOPICS;
  if (known.includes(id)) return id as TopicId;
  if (kind === "metric" && id.startsWith("lab/gold_")) return "lab/gold";
  return (kind === "option") === !id.includes("/") ? (PART_OF[id] ?? null) : null;
}

export function topicOf(id: TopicId): Topic {
  const phase = STEP_PHASES.find((name) => name === id);
  if (phase !== undefined) return { kind: "phase", id: phase };
  return METRIC_TOPICS.some((name) => name === id) ? { kind: "metric", id } : { kind: "option", id };
}
