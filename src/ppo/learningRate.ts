// The learning rate of each PPO step.

import { type LabConfig, quirksOf } from "../config";
import { cos } from "../elementary";

const PI = 3.141592653589793;

/**
 * Learning rate of PPO step `step` (0-based): warm-up, then the scheduler (fact sheet 5.9). Warm-up reaches (step + 1) / w
 * of the full rate, so that the first step trains; in the reference it is step / w, so that the first step has rate 0 (quirk
 * Q15). `constant` never warms up.
 * @param horizon PPO steps over which the rate falls (RunSizes.schedulerHorizon)
 */
export function learningRateAt(config: LabConfig, step: number, horizon: number): number {
  return config.learningRate * factorAt(config, step, horizon);
}

function factorAt(config: LabConfig, step: number, horizon: number): number {
  if (config.lrSchedulerType === "constant") return 1;
  const warmup = config.warmupSteps > 0 ? config.warmupSteps : Math.ceil(horizon * config.warmupRatio);
  if (step < warmup) return (quirksOf(config).ceilHorizon ? step : step + 1) / warmup;
  const falling = Math.max(1, horizon - warmup);
  switch (config.lrSchedulerType) {
    case "constant_with_warmup":
      return 1;
    case "linear":
      return Math.max(0, (horizon - step) / falling);
    case "cosine":
      return Math.max(0, 0.5 * (1 + cos((PI * (step - warmup)) / falling)));
  }
}
