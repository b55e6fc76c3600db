// What the trainer itself carries from step to step. With the policy's TrainingState it continues a run bit for bit.

import type { LabConfig } from "../config";
import type { TrainingState } from "../engine/engine";
import type { EvaluationRecord } from "../records";
import { EMPTY_METERS, type Meters } from "./meters";
import type { PpoStepOutcome } from "./ppoStep";
import { INITIAL_MOMENTS, type RunningMoments } from "./runningMoments";

/** The policy that did best on held-out prompts so far. */
export interface BestPolicy {
  /** PPO steps that it had done. */
  readonly stepsDone: number;
  /** Mean gold on held-out prompts. */
  readonly heldoutGold: number;
  readonly policy: TrainingState;
}

/** Plain data; checkpoints store it. Shuffling, sampling and permutations follow from seed and step. */
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
  /** null until a policy was evaluated and judged. */
  best: BestPolicy | null;
}

export function initialTrainerState(config: LabConfig): TrainerState {
  return { config, step: 0, klCoef: config.initKlCoef, moments: INITIAL_MOMENTS, meters: EMPTY_METERS, optimizerSteps: 0, best: null };
}

/** Counts a finished step in. */
export function advanceState(state: TrainerState, outcome: PpoStepOutcome): void {
  state.step++;
  state.klCoef = outcome.klCoefAfter;
  state.moments = outcome.moments;
  state.optimizerSteps = outcome.optimizerSteps;
}

/** The better of `best` and the policy just evaluated; on a tie the earlier. */
export function betterPolicy(best: BestPolicy | null, evaluation: EvaluationRecord | null, policy: TrainingState): BestPolicy | null {
  const heldoutGold = evaluation?.heldout.gold ?? null;
  if (evaluation === null || heldoutGold === null || (best !== null && heldoutGold <= best.heldoutGold)) return best;
  return { stepsDone: evaluation.stepsDone, heldoutGold, policy };
}
