// Long series, drawn with at most so many points each: of every few steps the lowest and the highest, so that no spike is lost.

export const POINTS_DRAWN = 500;

type Read<T> = (point: T) => number | undefined;

/** How many neighbouring points share one bucket; a power of 2, so that filled buckets stay as they are while a run grows. */
export function bucketSize(count: number, lines: number, limit = POINTS_DRAWN): number {
  if (count <= limit) return 1;
  const buckets = Math.max(1, Math.floor((limit - 2) / (2 * Math.max(1, lines))));
  let size = 2;
  while (Math.ceil(count / size) > buckets) size *= 2;
  return size;
}

/**
 * The first, the last, and of every bucket the points where a line is lowest and highest; in order, at most `limit` (from
 * 2 + 2 lines up). What is not a finite number counts for nothing.
 */
export function thin<T>(points: readonly T[], reads: readonly Read<T>[], limit = POINTS_DRAWN): readonly T[] {
  const count = points.length;
  const size = bucketSize(count, reads.length, limit);
  if (size === 1) return points;
  const chosen: T[] = [];
  let newest = -1;
  const choose = (indices: readonly number[]): void => {
    for (const i of indices) {
      if (i > newest) chosen.push(points[i] as T);
      newest = Math.max(newest, i);
    }
  };
  choose([0]);
  for (let from = 0; from < count; from += size) choose(extremes(points, reads, from, Math.min(from + size, count)));
  choose([count - 1]);
  return chosen;
}

/** Where each line is lowest and highest among the points `from` to before `to`, ascending; `from` where no line has a value. */
function extremes<T>(points: readonly T[], reads: readonly Read<T>[], from: number, to: number): number[] {
  const found: number[] = [];
  for (const read of reads) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    let [lowest, highest] = [-1, -1];
    for (let i = from; i < to; i++) {
      const value = read(points[i] as T);
      if (value === undefined || !Number.isFinite(value)) continue;
      if (value < low) [low, lowest] = [value, i];
      if (value > high) [high, highest] = [value, i];
    }
    if (lowest >= 0) found.push(lowest, highest);
  }
  return found.length === 0 ? [from] : found.sort((a, b) => a - b);
}
