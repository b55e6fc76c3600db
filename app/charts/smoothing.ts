// Smoothing of a series as LLaMA-Factory's plots do it (fact sheet 7.6): an exponential average whose weight grows with the length.

/** null: raw only; "reference": the weight that LLaMA-Factory takes for so many points; else this weight, 0 to below 1. */
export type Smoothing = number | "reference" | null;

/** 0 for no points, towards 0.9 for many. */
export function referenceWeight(count: number): number {
  return 1.8 * (1 / (1 + Math.exp(-0.05 * count)) - 0.5);
}

export function weightOf(smoothing: Exclude<Smoothing, null>, count: number): number {
  return smoothing === "reference" ? referenceWeight(count) : smoothing;
}

/** s_i = weight s_(i-1) + (1 - weight) x_i from s = x_0 on; NaN until the first number, and where x is none the average stays. */
export function smoothed(values: ArrayLike<number | undefined>, weight: number): Float64Array {
  const result = new Float64Array(values.length);
  let average = Number.NaN;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== undefined && Number.isFinite(value)) average = Number.isNaN(average) ? value : weight * average + (1 - weight) * value;
    result[i] = average;
  }
  return result;
}
