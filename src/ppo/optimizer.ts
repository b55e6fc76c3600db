// The options of one AdamW step under the run's options and quirks.

import { type LabConfig, quirksOf } from "../config";
import type { AdamWStep } from "../engine/engine";

/** torch AdamW's own default, which the group of norms and biases gets in the reference. */
const TORCH_WEIGHT_DECAY = 0.01;

/**
 * Fact sheet 5.9. Norms and biases do not decay and every step is clipped, unless quirks Q2 and Q1 are on.
 * @param optimizerSteps optimizer steps of the run before this one
 */
export function adamWStep(config: LabConfig, learningRate: number, optimizerSteps: number): AdamWStep {
  const quirks = quirksOf(config);
  return {
    learningRate,
    beta1: config.adamBeta1,
    beta2: config.adamBeta2,
    epsilon: config.adamEpsilon,
    weightDecay: { decay: config.weightDecay, noDecay: quirks.decayNormsAndBiases ? TORCH_WEIGHT_DECAY : 0 },
    maxGradNorm: quirks.clipFirstStepOnly && optimizerSteps > 0 ? null : config.maxGradNorm,
    stepWhenSkipped: quirks.stepOnSkippedMinibatch,
  };
}
