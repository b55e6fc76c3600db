// Masked means and variances over a whole per-token array; sums in float64.

/** sum(x * mask) / sum(mask); NaN when the mask is empty. */
export function maskedMean(x: ArrayLike<number>, mask: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    const m = mask[i] as number;
    if (m === 0) continue;
    sum += (x[i] as number) * m;
    count += m;
  }
  return sum / count;
}

/**
 * Unbiased masked variance: mean of (x - mean)^2 * S / (S - 1) with S mask ones (fact sheet 5.6).
 * NaN when S < 2: one number has no unbiased variance, and callers must say what they do then.
 */
export function maskedVariance(x: ArrayLike<number>, mask: ArrayLike<number>): number {
  const mean = maskedMean(x, mask);
  let squares = 0;
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    const m = mask[i] as number;
    if (m === 0) continue;
    const deviation = (x[i] as number) - mean;
    squares += deviation * deviation * m;
    count += m;
  }
  return count < 2 ? Number.NaN : squares / (count - 1);
}
