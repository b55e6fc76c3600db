// Raw scores to the scores PPO trains on: scaling and normalisation by running moments, then clipping.

import type { LabConfig } from "../config";
import { type RunningMoments, runningDeviation, updateMoments } from "./runningMoments";

/** float32's machine epsilon, which the reference adds to the deviation. */
const EPSILON_32 = 1.1920928955078125e-7;

export interface ScaledScores {
  /** [batch] */
  readonly scores: Float32Array;
  readonly moments: RunningMoments;
}

/**
 * Fact sheet 5.2. The moments include this batch already. `useScoreScaling` and `useScoreNorm` follow `ppoScoreNorm` when
 * null; normalisation without scaling does nothing.
 * @param raw [batch]
 */
export function scaleScores(raw: Float32Array, moments: RunningMoments, config: LabConfig): ScaledScores {
  const clip = config.scoreClip ?? Infinity;
  const clipped = (score: number) => Math.min(Math.max(score, -clip), clip);
  if (!(config.useScoreScaling ?? config.ppoScoreNorm)) return { scores: raw.map(clipped), moments };
  const updated = updateMoments(moments, raw);
  const centre = (config.useScoreNorm ?? config.ppoScoreNorm) ? updated.mean : 0;
  const divisor = runningDeviation(updated) + EPSILON_32;
  return { scores: raw.map((score) => clipped((score - centre) / divisor)), moments: updated };
}
