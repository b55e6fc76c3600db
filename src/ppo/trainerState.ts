// What the trainer itself carries from step to step. With the policy's TrainingState it continues a run bit for bit.

import type { LabConfig } from "../config";
import { EMPTY_METERS, type Meters } from "./meters";
import type { PpoStepOutcome } from "./ppoStep";
import { INITIAL_MOMENTS, type RunningMoments } from "./runningMoments";

/** Plain data that can be stored. Shuffling, sampling and permutations follow from seed and step. */
export interface TrainerState {
  /** Options in force, live changes included. */
  config: LabConfig;
  /** PPO steps done. */
  step: number;
  klCoef: number;
  moments: RunningMoments;
  meters: Meters;
  /** Optimizer steps asked for so far (quirk Q1 clips the first only). */
  optimizerSteps: number;
}

export function initialTrainerState(config: LabConfig): TrainerState {
  return { config, step: 0, klCoef: config.initKlCoef, moments: INITIAL_MOMENTS, meters: EMPTY_METERS, optimizerSteps: 0 };
}

/** Counts a finished step in. */
export function advanceState(state: TrainerState, outcome: PpoStepOutcome): void {
  state.step++;
  state.klCoef = outcome.klCoefAfter;
  state.moments = outcome.moments;
  state.optimizerSteps = outcome.optimizerSteps;
}
