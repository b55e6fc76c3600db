// What belongs to a topic: the stages of the code that it is about, and the topics next to it.

import type { StageId } from "./stages";
import type { TopicId } from "./topics";

interface TopicLinks {
  readonly stages: readonly StageId[];
  readonly neighbours: readonly TopicId[];
}

export const TOPIC_LINKS: Readonly<Record<TopicId, TopicLinks>> = {
  rollout: { stages: ["rollout"], neighbours: ["score", "temperature", "topK", "topP", "maxNewTokens", "seed"] },
  score: {
    stages: ["scoring", "rewards"],
    neighbours: ["rollout", "advantages", "rewardModelType", "initKlCoef", "klPenalty", "objective/kl"],
  },
  advantages: { stages: ["advantages"], neighbours: ["score", "update", "gamma", "lam", "baseline", "ppo/val/var_explained"] },
  update: {
    stages: ["policyLoss", "valueLoss", "optimizer", "klController", "statistics"],
    neighbours: ["advantages", "rollout", "cliprange", "ppoEpochs", "learningRate", "ppo/policy/clipfrac"],
  },

  initKlCoef: { stages: ["rewards", "klController"], neighbours: ["objective/kl_coef", "objective/kl", "adapKlCtrl", "ppoTarget"] },
  ppoTarget: { stages: ["klController"], neighbours: ["objective/kl", "horizon", "adapKlCtrl", "initKlCoef"] },
  horizon: { stages: ["klController"], neighbours: ["objective/kl_coef", "ppoTarget", "adapKlCtrl", "batch"] },
  klPenalty: { stages: ["rewards"], neighbours: ["objective/kl", "initKlCoef", "score"] },
  adapKlCtrl: { stages: ["klController"], neighbours: ["ppoTarget", "horizon", "initKlCoef", "objective/kl_coef"] },
  cliprange: { stages: ["policyLoss"], neighbours: ["ppo/policy/clipfrac", "ppo/policy/ratio", "ppoEpochs", "update"] },
  cliprangeValue: { stages: ["valueLoss"], neighbours: ["ppo/val/clipfrac", "vfCoef", "ppo/loss/value"] },
  vfCoef: { stages: ["valueLoss"], neighbours: ["ppo/loss/value", "ppo/loss/total", "maxGradNorm", "ppo/val/var_explained"] },
  ppoEpochs: { stages: ["optimizer", "policyLoss"], neighbours: ["cliprange", "earlyStopping", "batch", "ppo/policy/approxkl"] },
  earlyStopping: { stages: ["optimizer"], neighbours: ["ppo/policy/policykl", "ppoEpochs", "ppo/policy/approxkl"] },
  ratioThreshold: { stages: ["policyLoss"], neighbours: ["ppo/policy/ratio", "learningRate", "cliprange"] },
  gamma: { stages: ["advantages"], neighbours: ["lam", "advantages", "ppo/returns/mean", "tokens/responses_len_mean"] },
  lam: { stages: ["advantages"], neighbours: ["gamma", "baseline", "advantages", "ppo/returns/mean"] },
  baseline: { stages: ["advantages"], neighbours: ["advantages", "ppo/val/var_explained", "lam", "vfCoef"] },
  ppoScoreNorm: { stages: ["scoring"], neighbours: ["env/reward_mean", "ppoWhitenRewards", "initKlCoef", "cliprangeValue"] },
  ppoWhitenRewards: { stages: ["advantages"], neighbours: ["ppoScoreNorm", "advantages", "ppo/returns/mean"] },
  temperature: { stages: ["rollout"], neighbours: ["topK", "topP", "ppo/policy/entropy", "objective/kl"] },
  topK: { stages: ["rollout"], neighbours: ["topP", "temperature", "objective/kl"] },
  topP: { stages: ["rollout"], neighbours: ["topK", "temperature", "objective/kl"] },
  maxNewTokens: { stages: ["rollout"], neighbours: ["tokens/responses_len_mean", "rollout", "gamma"] },
  seed: { stages: ["rollout"], neighbours: ["rollout", "batch", "temperature"] },
  learningRate: { stages: ["optimizer"], neighbours: ["ppo/learning_rate", "ppo/policy/approxkl", "ppoEpochs", "maxGradNorm"] },
  maxGradNorm: { stages: ["optimizer"], neighbours: ["lab/grad_norm", "vfCoef", "learningRate"] },
  batch: { stages: ["optimizer"], neighbours: ["ppoEpochs", "learningRate", "horizon", "rollout"] },
  finetuningType: { stages: ["optimizer", "rewards"], neighbours: ["rewardModelType", "learningRate", "score"] },
  rewardModelType: { stages: ["scoring"], neighbours: ["score", "finetuningType", "env/reward_mean", "lab/gold"] },

  "env/reward_mean": { stages: ["scoring", "statistics"], neighbours: ["lab/gold", "objective/kl", "rewardModelType", "ppoScoreNorm"] },
  "lab/gold": { stages: ["statistics"], neighbours: ["env/reward_mean", "objective/kl", "initKlCoef"] },
  "objective/kl": { stages: ["rewards", "statistics"], neighbours: ["initKlCoef", "ppoTarget", "ppo/policy/approxkl", "temperature"] },
  "objective/kl_coef": { stages: ["klController", "rewards"], neighbours: ["initKlCoef", "ppoTarget", "horizon", "objective/kl"] },
  "ppo/mean_non_score_reward": {
    stages: ["rewards", "statistics"],
    neighbours: ["objective/kl", "objective/kl_coef", "tokens/responses_len_mean"],
  },
  "objective/entropy": { stages: ["statistics"], neighbours: ["ppo/policy/entropy", "tokens/responses_len_mean", "objective/kl"] },
  "tokens/responses_len_mean": { stages: ["rollout", "statistics"], neighbours: ["maxNewTokens", "lab/gold", "env/reward_mean", "gamma"] },
  "ppo/policy/entropy": { stages: ["statistics"], neighbours: ["objective/entropy", "temperature", "learningRate"] },
  "ppo/policy/clipfrac": {
    stages: ["policyLoss", "statistics"],
    neighbours: ["cliprange", "ppo/policy/ratio", "ppoEpochs", "learningRate"],
  },
  "ppo/policy/approxkl": {
    stages: ["policyLoss", "statistics"],
    neighbours: ["ppo/policy/policykl", "objective/kl", "learningRate", "ppoEpochs"],
  },
  "ppo/policy/policykl": { stages: ["policyLoss", "statistics"], neighbours: ["ppo/policy/approxkl", "earlyStopping", "ppo/policy/ratio"] },
  "ppo/policy/ratio": { stages: ["policyLoss"], neighbours: ["cliprange", "ppo/policy/clipfrac", "ratioThreshold", "update"] },
  "ppo/policy/advantages_mean": { stages: ["advantages"], neighbours: ["advantages", "baseline", "ppo/loss/policy"] },
  "ppo/loss/policy": { stages: ["policyLoss"], neighbours: ["ppo/loss/total", "ppo/policy/ratio", "advantages"] },
  "ppo/loss/value": { stages: ["valueLoss"], neighbours: ["ppo/val/var_explained", "vfCoef", "cliprangeValue", "ppo/loss/total"] },
  "ppo/loss/total": { stages: ["valueLoss", "policyLoss"], neighbours: ["ppo/loss/policy", "ppo/loss/value", "vfCoef"] },
  "ppo/val/var_explained": {
    stages: ["valueLoss", "advantages"],
    neighbours: ["ppo/loss/value", "baseline", "vfCoef", "ppo/returns/mean"],
  },
  "ppo/val/clipfrac": { stages: ["valueLoss"], neighbours: ["cliprangeValue", "ppo/loss/value", "ppoScoreNorm"] },
  "ppo/returns/mean": { stages: ["advantages"], neighbours: ["gamma", "lam", "ppo/val/var_explained", "env/reward_mean"] },
  "lab/grad_norm": { stages: ["optimizer"], neighbours: ["maxGradNorm", "ppo/loss/value", "vfCoef", "learningRate"] },
  "ppo/learning_rate": { stages: ["optimizer"], neighbours: ["learningRate", "ppo/policy/approxkl", "lab/grad_norm"] },
};
