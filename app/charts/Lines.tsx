// The lines of one chart over the PPO steps, with markers, target, healthy band and a cursor shared by all charts.

import { memo, useMemo } from "react";
import { createPortal } from "react-dom";
import {
  CartesianGrid,
  Line,
  LineChart,
  type LineDrawShapeProps,
  ReferenceArea,
  ReferenceLine,
  Tooltip,
  useActiveTooltipLabel,
  XAxis,
  YAxis,
} from "recharts";
import type { Marker, StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { Legend } from "./Legend";
import { type NiceAxis, niceAxis, stepTicks } from "./niceAxis";
import type { AxisSpec, ChartSpec, Series } from "./series";
import { thin } from "./thin";

/** What is drawn at one turn of the chart. */
export interface Drawing {
  readonly spec: ChartSpec;
  readonly points: readonly StepPoint[];
  readonly markers: readonly Marker[];
}

interface LinesProps {
  readonly drawing: Drawing;
  readonly target: number | undefined;
  readonly readout: HTMLElement | null;
  readonly title: string;
}

const TICK = { fill: "var(--lab-dim)", fontSize: 11 };

/** Memoised: a chart whose turn has not come costs nothing. */
export const Lines = memo(function Lines({ drawing: { spec, points, markers }, target, readout, title }: LinesProps) {
  const { t, numbers } = useLanguage();
  const shown = useMemo(() => thin(points), [points]);
  const left = useMemo(() => axisOf("left", spec.left, spec.series, points), [points, spec]);
  const right = useMemo(() => axisOf("right", spec.right ?? {}, spec.series, points), [points, spec]);
  const last = Math.max(10, points.at(-1)?.step ?? 1);
  return (
    <LineChart
      responsive
      style={{ width: "100%", height: "100%" }}
      data={shown}
      syncId="run"
      syncMethod="value"
      margin={{ top: 6, right: spec.right === undefined ? 14 : 0, bottom: 0, left: 0 }}
      title={title}
      desc={t("charts.keyboard")}
    >
      <CartesianGrid vertical={false} stroke="var(--lab-grid)" />
      {spec.healthyUpTo !== undefined && (
        <ReferenceArea
          yAxisId="left"
          y1={0}
          y2={spec.healthyUpTo}
          fill="var(--lab-healthy)"
          fillOpacity={1}
          stroke="none"
          label={{ value: t("charts.healthy"), position: "insideTopRight", fontSize: 11, fill: "var(--lab-good)" }}
        />
      )}
      <XAxis
        dataKey="step"
        type="number"
        domain={[1, last]}
        ticks={stepTicks(last)}
        tick={TICK}
        tickLine={false}
        axisLine={{ stroke: "var(--lab-border)" }}
        height={22}
        tickMargin={4}
      />
      <YAxis
        yAxisId="left"
        domain={left.domain}
        ticks={left.ticks}
        interval={0}
        tick={TICK}
        tickFormatter={numbers.value}
        tickLine={false}
        axisLine={false}
        width={42}
      />
      {spec.right !== undefined && (
        <YAxis
          yAxisId="right"
          orientation="right"
          domain={right.domain}
          ticks={right.ticks}
          interval={0}
          tick={TICK}
          tickFormatter={numbers.value}
          tickLine={false}
          axisLine={false}
          width={42}
        />
      )}
      {target !== undefined && target <= left.domain[1] && (
        <ReferenceLine
          yAxisId="left"
          y={target}
          stroke="var(--lab-cursor)"
          strokeDasharray="1 3"
          label={{ value: t("charts.target"), position: "insideTopLeft", fontSize: 11, fill: "var(--lab-dim)" }}
        />
      )}
      {markers.map((marker) => (
        <ReferenceLine
          key={marker.step}
          yAxisId="left"
          x={marker.step}
          stroke="var(--lab-cursor)"
          strokeDasharray="3 3"
          label={FlagLabel}
        />
      ))}
      <Tooltip content={() => null} cursor={{ stroke: "var(--lab-cursor)", strokeWidth: 1 }} isAnimationActive={false} />
      {spec.series.map((series) => (
        <Line
          key={series.id}
          yAxisId={series.axis}
          name={series.id}
          dataKey={(point: StepPoint) => series.read(point.stats)}
          stroke={series.colour}
          strokeWidth={2}
          {...(series.dash === undefined ? {} : { strokeDasharray: series.dash })}
          dot={points.length === 1 ? { r: 3, fill: series.colour, strokeWidth: 0 } : false}
          activeDot={{ r: 4, strokeWidth: 2, stroke: "var(--lab-surface)", fill: series.colour }}
          isAnimationActive={false}
          shape={PlainLine}
        />
      ))}
      {readout !== null && <Readout spec={spec} points={points} markers={markers} into={readout} />}
    </LineChart>
  );
});

/** Round ticks around what the axis's series hold. */
function axisOf(side: Series["axis"], { least, most }: AxisSpec, series: readonly Series[], points: readonly StepPoint[]): NiceAxis {
  let low = least ?? Number.POSITIVE_INFINITY;
  let high = most ?? Number.NEGATIVE_INFINITY;
  for (const { axis, read } of series) {
    if (axis !== side) continue;
    for (const { stats } of points) {
      const value = read(stats);
      if (value === undefined || !Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? niceAxis(low, high, 4) : niceAxis(0, 1, 4);
}

/** The bare line. Recharts' own shape measures the path at every drawing for an entrance animation, which forces a layout. */
function PlainLine({ points = [], stroke, strokeWidth, strokeDasharray }: LineDrawShapeProps) {
  let path = "";
  let pen = "M";
  for (const { x, y } of points) {
    if (x === null || y === null) pen = "M";
    else {
      path += `${pen}${x} ${y}`;
      pen = "L";
    }
  }
  return (
    <path
      className="recharts-line-curve"
      d={path}
      fill="none"
      stroke={stroke}
      strokeWidth={strokeWidth}
      strokeDasharray={strokeDasharray}
    />
  );
}

/** A small flag at the top of a marker line. */
function FlagLabel({ viewBox }: { readonly viewBox?: { readonly x?: number; readonly y?: number } }) {
  const { x = 0, y = 0 } = viewBox ?? {};
  return <path d={`M${x} ${y}h8l-2.5 3.5 2.5 3.5h-8z`} fill="var(--lab-cursor)" />;
}

interface ReadoutProps {
  readonly spec: ChartSpec;
  readonly points: readonly StepPoint[];
  readonly markers: readonly Marker[];
  readonly into: HTMLElement;
}

/** Exact values at the shared cursor, else of the newest step. */
function Readout({ spec, points, markers, into }: ReadoutProps) {
  const label = useActiveTooltipLabel();
  const step = typeof label === "number" ? label : undefined;
  const point = (step === undefined ? undefined : points.find((candidate) => candidate.step === step)) ?? points.at(-1);
  const turned = markers.some((marker) => marker.step === step);
  return createPortal(
    <Legend series={spec.series} twoAxes={spec.right !== undefined} point={point} atCursor={step !== undefined} turned={turned} />,
    into,
  );
}
