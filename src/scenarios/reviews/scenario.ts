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
  initKlCoef: 0.4,
  ppoTarget: 2.5,
  horizon: 800,
  vfCoef: 0.03,
  learningRate: 4e-4,
  loggingSteps: 1,
};

/** The reference's own values; only the run's length and the response limit follow the scenario. */
const REFERENCE_PRESET: Partial<LabConfig> = { maxSteps: 60, maxNewTokens: 24, cutoffLen: 64, loggingSteps: 1 };

const REFERENCE_PRESET_NOTE =
  "The reference's defaults are made for large models and long runs. Here the reward rises with them too, but two of the three " +
  "headline charts stay flat. Batch 8 in one minibatch at a learning rate of 5e-5 means four tiny updates per rollout: no ratio " +
  "leaves the clip range. Horizon 10000 with batch 8 moves the KL coefficient by 0.016 % a step, about 1 % in 60 steps. And " +
  "temperature 0.95, top-k 50 and top-p 0.7 sample from a narrower distribution than the one PPO scores, so the measured KL is " +
  "not the policy's and can be negative. The scenario therefore takes 128 samples a step in minibatches of 16, a larger learning " +
  "rate, a faster controller with a target that this model reaches, and samples without cutting anything off. A value " +
  "coefficient of 0.03 instead of 0.1 keeps the value loss, which the KL penalty of a single odd response can make large, from " +
  "taking up the whole clipped gradient.";

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
