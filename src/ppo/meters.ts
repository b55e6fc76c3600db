// Loss and reward averaged between two log entries (fact sheet 7.5).

/** Plain data; sums since the last log entry. */
export interface Meters {
  readonly loss: number;
  readonly reward: number;
  readonly steps: number;
}

export const EMPTY_METERS: Meters = { loss: 0, reward: 0, steps: 0 };

/**
 * Adds one PPO step; at every `loggingSteps`-th step of the run the averages come out and the meters start anew.
 * @param reward mean raw score of the step
 */
export function meterStep(
  meters: Meters,
  step: number,
  { loss, reward, loggingSteps }: { readonly loss: number; readonly reward: number; readonly loggingSteps: number },
): { meters: Meters; log: { readonly loss: number; readonly reward: number } | null } {
  const summed = { loss: meters.loss + loss, reward: meters.reward + reward, steps: meters.steps + 1 };
  if ((step + 1) % loggingSteps !== 0) return { meters: summed, log: null };
  return { meters: EMPTY_METERS, log: { loss: summed.loss / summed.steps, reward: summed.reward / summed.steps } };
}
