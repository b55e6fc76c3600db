// Counts of many numbers in equal bins, with what lies outside the range told apart.

export interface Histogram {
  readonly low: number;
  readonly high: number;
  /** Numbers of each bin; a bin holds its lower edge, the last one also its upper. */
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
  /** NaN and infinities are in neither. */
  readonly total: number;
}

export interface HistogramRange {
  readonly low: number;
  readonly high: number;
  readonly bins: number;
}

export function histogram(values: Iterable<number>, { low, high, bins }: HistogramRange): Histogram {
  const counts = new Array<number>(bins).fill(0);
  const scale = bins / (high - low);
  let [below, above, total] = [0, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    total++;
    // Sums of rounded edges may leave a number that lies on an edge a hair below it.
    const bin = Math.floor((value - low) * scale + 1e-6);
    if (value < low && bin < 0) below++;
    else if (value > high) above++;
    else counts[Math.min(bin, bins - 1)] = (counts[Math.min(bin, bins - 1)] ?? 0) + 1;
  }
  return { low, high, counts, below, above, total };
}

/** Lower and upper edge of a bin. */
export function binEdges({ low, high, counts }: Histogram, bin: number): readonly [number, number] {
  const width = (high - low) / counts.length;
  return [low + bin * width, low + (bin + 1) * width];
}

/** A range of round bins that covers all finite values. */
export function coveringRange(values: Iterable<number>, bins: number): HistogramRange {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { low: 0, high: 1, bins };
  const span = high - low || Math.max(Math.abs(high), 1e-6) * 0.2;
  const rough = span / bins;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const width = magnitude * ([1, 2, 2.5, 5, 10].find((multiple) => multiple * magnitude >= rough * 0.999) ?? 10);
  const first = Math.floor(low / width + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / width - 1e-9));
  return { low: round(first * width), high: round(last * width), bins: last - first };
}

/** One bin for every whole number from 0 or the lowest to the highest, each centred on its number; several a bin when there are many. */
export function wholeRange(values: Iterable<number>, mostBins: number): HistogramRange {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { low: -0.5, high: 0.5, bins: 1 };
  const each = Math.ceil((high - low + 1) / mostBins);
  const bins = Math.ceil((high - low + 1) / each);
  return { low: low - 0.5, high: low - 0.5 + bins * each, bins };
}

const round = (x: number): number => Number(x.toPrecision(12));
