// What a chart over the steps draws: its thinned rows with raw and smoothed values, and axes around them.

import type { StepPoint } from "../run/runState";
import { indexOfStep } from "./pointAt";
import { drawable, type NiceAxis, niceAxis } from "./niceAxis";
import type { AxisSpec, ChartSpec, Series } from "./series";
import { type Smoothing, smoothed, weightOf } from "./smoothing";
import { bucketSize, thin } from "./thin";

/** Values in the order of the chart's series; null where the step has none. */
export interface ChartRow {
  readonly step: number;
  readonly raw: readonly (number | null)[];
  /** null for marks, and without smoothing. */
  readonly smooth: readonly (number | null)[];
}

export interface ChartRows {
  readonly rows: readonly ChartRow[];
  /** Neighbouring steps of which only the lowest and highest are drawn; 1 when all are. */
  readonly bucket: number;
  readonly left: NiceAxis;
  readonly right: NiceAxis;
}

/** Marks drawn at most, per chart. */
const MOST_MARKS = 100;

export function chartRows({ series, left, right }: ChartSpec, points: readonly StepPoint[], smoothing: Smoothing): ChartRows {
  const lines = series.filter(({ mark }) => mark === undefined);
  const reads = lines.map(
    ({ read }) =>
      (point: StepPoint) =>
        read(point.stats),
  );
  const averages = series.map(({ read, mark }) =>
    smoothing === null || mark !== undefined
      ? null
      : smoothed(
          points.map(({ stats }) => read(stats)),
          weightOf(smoothing, points.length),
        ),
  );
  const chosen = withMarks(lines.length === 0 ? [] : thin(points, reads), points, series);
  const rows = chosen.map((point): ChartRow => {
    const at = smoothing === null ? -1 : indexOfStep(points, point.step);
    return {
      step: point.step,
      raw: series.map(({ read }) => finite(read(point.stats))),
      smooth: averages.map((average) => finite(average?.[at])),
    };
  });
  return {
    rows,
    bucket: bucketSize(points.length, lines.length),
    left: axisOf("left", left, series, rows),
    right: axisOf("right", right ?? {}, series, rows),
  };
}

const finite = (value: number | undefined): number | null => (value === undefined || !Number.isFinite(value) ? null : drawable(value));

/** The chosen points and those with marks, in order. */
function withMarks(chosen: readonly StepPoint[], points: readonly StepPoint[], series: readonly Series[]): readonly StepPoint[] {
  const marks = series.filter(({ mark }) => mark !== undefined);
  if (marks.length === 0) return chosen;
  const marked = points.filter(({ stats }) => marks.some(({ read }) => read(stats) !== undefined));
  const stride = Math.ceil(marked.length / MOST_MARKS);
  const kept = marked.filter((_, i) => (marked.length - 1 - i) % Math.max(1, stride) === 0);
  return [...new Set([...chosen, ...kept])].toSorted((a, b) => a.step - b.step);
}

/** Round ticks around what the axis's series hold; thinning keeps the extremes, so the rows are enough. */
function axisOf(side: Series["axis"], { least, most }: AxisSpec, series: readonly Series[], rows: readonly ChartRow[]): NiceAxis {
  let low = least ?? Number.POSITIVE_INFINITY;
  let high = most ?? Number.NEGATIVE_INFINITY;
  series.forEach(({ axis }, i) => {
    if (axis !== side) return;
    for (const { raw } of rows) {
      const value = raw[i];
      if (value === null || value === undefined) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  });
  return low <= high ? niceAxis(low, high, 4) : niceAxis(0, 1, 4);
}
