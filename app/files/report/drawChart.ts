// Draws one chart of the report: legend with the numbers, axes, healthy band, target, markers, curves, and the step looked at.

import { stepTicks, tickWriter } from "../../charts/niceAxis";
import type { NiceAxis } from "../../charts/niceAxis";
import type { Series } from "../../charts/series";
import type { NumberWriter } from "../../strings/numbers";
import type { Translate } from "../../strings/strings";
import { LIGHT, lightColour } from "./palette";
import type { Pen, Point } from "./pen";
import type { LegendEntry, ReportChart } from "./reportChart";

export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const PADDING = 16;
const LEGEND_LINE = 24;
const PLOT = 250;
const AXIS = 52;
/** Ticks and title of the step axis. */
const BELOW = 42;
const LABEL = { size: 14, colour: "dim" } as const;

export function chartHeight(chart: ReportChart): number {
  return PADDING + 28 + legendLines(chart) * LEGEND_LINE + 12 + PLOT + BELOW + PADDING;
}

/** Two entries a line. */
const legendLines = ({ legend }: ReportChart): number => Math.ceil(legend.length / 2);

/** The plot's edges, and where steps and values lie in it. */
interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly across: (step: number) => number;
  readonly up: (axis: NiceAxis, value: number) => number;
}

/** @param height of the card; the plot stands at its bottom */
export function drawChart(pen: Pen, chart: ReportChart, { x, y, width }: Frame, height: number, t: Translate, numbers: NumberWriter): void {
  const { spec, rows, first, last } = chart;
  pen.box(x, y, width, height, LIGHT.surface, { stroke: LIGHT.border, radius: 12 });
  pen.text(chart.title, x + PADDING, y + PADDING + 16, { size: 18, weight: 600 }, width - 2 * PADDING);
  chart.legend.forEach((entry, i) => {
    const half = (width - 2 * PADDING) / 2;
    const line = y + PADDING + 28 + Math.floor(i / 2) * LEGEND_LINE + 16;
    drawLegendEntry(pen, entry, spec.right !== undefined, x + PADDING + (i % 2) * half, line, half - 8);
  });
  const left = x + AXIS;
  const right = x + width - (spec.right === undefined ? PADDING : AXIS);
  const bottom = y + height - PADDING - BELOW;
  const top = bottom - PLOT;
  const plot: Plot = {
    left,
    right,
    top,
    bottom,
    across: (step) => left + ((step - first) / (last - first)) * (right - left),
    up: ({ domain: [low, high] }, value) => bottom - ((value - low) / (high - low)) * PLOT,
  };
  drawAxes(pen, chart, plot, t, numbers);
  spec.series.forEach((series, i) => {
    const axis = series.axis === "left" ? rows.left : rows.right;
    const points = rows.rows.map(({ step, raw }): Point | null => {
      const value = raw[i];
      return value === null || value === undefined ? null : [plot.across(step), plot.up(axis, value)];
    });
    drawSeries(pen, series, points);
  });
  if (spec.healthyUpTo !== undefined) {
    const high = plot.up(rows.left, Math.min(spec.healthyUpTo, rows.left.domain[1]));
    pen.text(t("charts.healthy"), right - 6, high + 18, { size: 13, colour: "good", align: "right" });
  }
  if (chart.target !== null && chart.target <= rows.left.domain[1])
    pen.text(t("charts.target"), left + 6, plot.up(rows.left, chart.target) - 6, { size: 13, colour: "dim", halo: true });
}

/** Everything behind the curves. */
function drawAxes(pen: Pen, chart: ReportChart, plot: Plot, t: Translate, numbers: NumberWriter): void {
  const { spec, rows, target, turned, at } = chart;
  const { left, right, top, bottom, across, up } = plot;
  const horizontal = (y: number): readonly Point[] => [[left, y], [right, y]]; // biome-ignore format: two points
  const vertical = (x: number): readonly Point[] => [[x, top], [x, bottom]]; // biome-ignore format: two points
  if (spec.healthyUpTo !== undefined) {
    const high = up(rows.left, Math.min(spec.healthyUpTo, rows.left.domain[1]));
    pen.box(left, high, right - left, up(rows.left, 0) - high, LIGHT.healthy);
  }
  for (const tick of rows.left.ticks) {
    const y = up(rows.left, tick);
    pen.line(horizontal(y), tick === 0 ? LIGHT.border : LIGHT.grid, { width: tick === 0 ? 1.5 : 1 });
    pen.text(tickWriter(rows.left, numbers)(tick), left - 8, y + 5, { ...LABEL, align: "right" });
  }
  if (spec.right !== undefined)
    for (const tick of rows.right.ticks) pen.text(tickWriter(rows.right, numbers)(tick), right + 8, up(rows.right, tick) + 5, LABEL);
  pen.text(t("charts.axisStep"), (left + right) / 2, bottom + 42, { ...LABEL, align: "center" });
  for (const tick of stepTicks(chart.last)) pen.text(numbers.whole(tick), across(tick), bottom + 22, { ...LABEL, align: "center" });
  if (target !== null && target <= rows.left.domain[1])
    pen.line(horizontal(up(rows.left, target)), LIGHT.cursor, { width: 1.5, dash: [2, 5] });
  for (const step of turned) {
    pen.line(vertical(across(step)), LIGHT.cursor, { dash: [5, 4] });
    pen.flag(across(step), top, LIGHT.cursor);
  }
  if (at !== null) pen.line(vertical(across(at)), LIGHT.cursor, { width: 1.5 });
}

function drawSeries(pen: Pen, series: Series, points: readonly (Point | null)[]): void {
  const colour = lightColour(series.colour);
  const known = points.filter((point) => point !== null);
  if (series.mark !== undefined) for (const [x, y] of known) drawMark(pen, series.mark, x, y, colour);
  else {
    pen.line(points, colour, { width: 3, dash: dashOf(series) });
    const [only] = known;
    if (only !== undefined && known.length === 1) pen.circle(...only, 5, colour);
  }
}

const dashOf = ({ dash }: Series): readonly number[] => dash?.split(" ").map((length) => 1.5 * Number(length)) ?? [];

function drawMark(pen: Pen, mark: NonNullable<Series["mark"]>, x: number, y: number, colour: string): void {
  if (mark === "circle") pen.circle(x, y, 5, colour);
  else pen.diamond(x, y, 6, LIGHT.surface, colour);
}

/** The line's look, its name and its value at the step looked at. */
function drawLegendEntry(pen: Pen, entry: LegendEntry, twoAxes: boolean, x: number, y: number, width: number): void {
  const { series, value } = entry;
  // The same marks as in the page's legends say which axis is a line's own.
  const name = twoAxes ? `${entry.name} ${series.axis === "left" ? "◂" : "▸"}` : entry.name;
  const colour = lightColour(series.colour);
  if (series.mark === undefined)
    pen.line(
      [
        [x, y - 5],
        [x + 26, y - 5],
      ],
      colour,
      { width: 3, dash: dashOf(series) },
    );
  else drawMark(pen, series.mark, x + 13, y - 5, colour);
  const style = { size: 14, weight: 600 } as const;
  const valueWidth = pen.width(value, style);
  const label = { size: 14, colour: "dim" } as const;
  const room = width - 34 - valueWidth - 8;
  pen.text(name, x + 34, y, label, room);
  pen.text(value, x + 34 + Math.min(room, pen.width(name, label)) + 8, y, style);
}
