// Mean and deviation of all scores of a run so far.

/** Plain data; lives for the whole run and never forgets (quirk Q22). */
export interface RunningMoments {
  readonly mean: number;
  /** Biased. */
  readonly variance: number;
  readonly count: number;
}

export const INITIAL_MOMENTS: RunningMoments = { mean: 0, variance: 1, count: 1e-24 };

/** Moments after one more batch of scores (Chan et al. 1979; fact sheet 5.2). */
export function updateMoments(moments: RunningMoments, scores: Float32Array): RunningMoments {
  const n = scores.length;
  let sum = 0;
  for (const score of scores) sum += score;
  const batchMean = sum / n;
  let squares = 0;
  for (const score of scores) squares += (score - batchMean) * (score - batchMean);
  const count = moments.count + n;
  const shift = batchMean - moments.mean;
  const total = squares + moments.variance * moments.count + (shift * shift * moments.count * n) / count;
  return { mean: moments.mean + (shift * n) / count, variance: total / count, count };
}

/** Bessel-corrected deviation of at least one score; Infinity after exactly one. */
export function runningDeviation({ variance, count }: RunningMoments): number {
  return Math.sqrt((variance * count) / (count - 1));
}
