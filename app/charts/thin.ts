// Long runs, drawn with at most so many points a series.

export const POINTS_DRAWN = 500;

/** Every how many steps one is drawn, for `count` steps. */
export function strideOf(count: number, limit = POINTS_DRAWN): number {
  return Math.max(1, Math.ceil(count / limit));
}

/** Every stride-th point counted from the newest, so that the newest is always among them; at most `limit`. */
export function thin<T>(points: readonly T[], limit = POINTS_DRAWN): readonly T[] {
  const stride = strideOf(points.length, limit);
  if (stride === 1) return points;
  return points.filter((_, i) => (points.length - 1 - i) % stride === 0);
}
