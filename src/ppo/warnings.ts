// What a step's numbers warn about; the reference silences these, the lab shows them (quirks Q8, Q9, Q24).

import type { LabConfig } from "../config";
import type { MinibatchRecord, RunWarning } from "../records";

/** `objective/kl` below this is a precursor of failed training (fact sheet 5.11). */
const NEGATIVE_KL_LIMIT = -1;

export interface WarningInputs {
  readonly config: LabConfig;
  readonly step: number;
  readonly kl: number;
  readonly mask: Float32Array;
  readonly minibatches: readonly MinibatchRecord[];
  /** Sampling options are looked at only when they are new. */
  readonly samplingChanged: boolean;
}

export function stepWarnings({ config, step, kl, mask, minibatches, samplingChanged }: WarningInputs): RunWarning[] {
  const warnings: RunWarning[] = [];
  if (samplingChanged) warnings.push(...samplingMismatch(config, step));
  if (kl < NEGATIVE_KL_LIMIT) warnings.push({ kind: "negativeKl", step, value: kl, limit: NEGATIVE_KL_LIMIT });
  const skippedRatios = minibatches.filter(({ skipped }) => skipped).map(({ meanRatio }) => meanRatio);
  if (skippedRatios.length > 0)
    warnings.push({ kind: "ratioExceeded", step, value: Math.max(...skippedRatios), limit: config.ratioThreshold });
  const tokens = mask.reduce((sum, m) => sum + m, 0);
  if (tokens < 2) warnings.push({ kind: "singleToken", step, value: tokens, limit: 2 });
  return warnings;
}

/** PPO scores tokens at temperature 1 over the whole vocabulary; any other way of sampling biases KL and ratios. */
function samplingMismatch(config: LabConfig, step: number): RunWarning[] {
  const pure = [
    [config.temperature, 1],
    [config.topK, 0],
    [config.topP, 1],
    [config.repetitionPenalty, 1],
  ] as const;
  const off = config.doSample ? pure.find(([value, limit]) => value !== limit) : ([0, 1] as const);
  return off ? [{ kind: "samplingMismatch", step, value: off[0], limit: off[1] }] : [];
}
