// The scenario `reviews`: short film reviews about half warm and half cold, to be tuned towards warm ones.

import type { LabConfig } from "../../config";
import type { Scenario } from "../scenario";
import { judgeReview, skeletonOf } from "./judge";
import { heldoutPrompts, trainPrompts } from "./prompts";
import { renderChat } from "./vocabulary";

/** Our values on top of the reference's defaults; the reasons stand in `REFERENCE_PRESET_NOTE`. */
const DEFAULTS: Partial<LabConfig> = {
  perDeviceTrainBatchSize: 16,
  gradientAccumulationSteps: 1,
  ppoBufferSize: 8,
  maxSteps: 60,
  temperature: 1,
  topK: 0,
  topP: 1,
  maxNewTokens: 24,
  cutoffLen: 64,
  initKlCoef: 0.5,
  ppoTarget: 2.5,
  horizon: 1000,
  learningRate: 4e-4,
  loggingSteps: 1,
};

/** The reference's own values; only the run's length and the response limit follow the scenario. */
const REFERENCE_PRESET: Partial<LabConfig> = { maxSteps: 60, maxNewTokens: 24, cutoffLen: 64, loggingSteps: 1 };

const REFERENCE_PRESET_NOTE =
  "The reference's defaults are made for large models and long runs; on this small one they show little. A learning rate of 5e-5 " +
  "moves a model of two hundred thousand weights hardly at all in 60 steps. With batch 8 = minibatch 8 every step of an epoch starts from " +
  "the rollout's own weights, so hardly any ratio leaves the clip range. Horizon 10000 with batch 8 changes the KL coefficient by " +
  "0.016 % a step. Temperature 0.95, top-k 50 and top-p 0.7 sample from another distribution than the one PPO scores, so the " +
  "measured KL is wrong and can be negative.";

export const reviewsScenario: Scenario = {
  id: "reviews",
  defaults: DEFAULTS,
  referencePreset: REFERENCE_PRESET,
  referencePresetNote: REFERENCE_PRESET_NOTE,
  trainPrompts,
  heldoutPrompts,
  renderPrompt: ({ text }) => renderChat(text),
  judge: judgeReview,
  skeletonOf,
  models: { policy: "models/reviews/policy", reward: "models/reviews/reward", tokenizer: "models/reviews/policy" },
};
