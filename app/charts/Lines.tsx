// The lines of one chart over the PPO steps, with markers, target and healthy band. What moves with the cursor lies above them.

import { memo } from "react";
import { CartesianGrid, Line, LineChart, type LineDrawShapeProps, ReferenceArea, ReferenceLine, XAxis, YAxis } from "recharts";
import type { Marker } from "../run/runState";
import { useLanguage } from "../strings/strings";
import type { ChartRow, ChartRows } from "./chartRows";
import { stepTicks, tickWriter } from "./niceAxis";
import { PLOT_EDGES } from "./plotEdges";
import type { ChartSpec, Series } from "./series";

interface LinesProps {
  readonly spec: ChartSpec;
  readonly drawn: ChartRows;
  readonly markers: readonly Marker[];
  readonly target: number | undefined;
  /** Both ends of the step axis. */
  readonly first: number;
  readonly last: number;
  readonly smoothed: boolean;
}

const TICK = { fill: "var(--lab-dim)", fontSize: 11 };
/** Keeps a label legible where a curve passes behind it. */
const HALO = { stroke: "var(--lab-surface)", strokeWidth: 3, paintOrder: "stroke" } as const;

/** Memoised: a chart whose turn has not come costs nothing. */
export const Lines = memo(function Lines({ spec, drawn: { rows, left, right }, markers, target, first, last, smoothed }: LinesProps) {
  const { t, numbers } = useLanguage();
  const axis = { interval: 0, tick: TICK, tickLine: false, axisLine: false, width: PLOT_EDGES.axis } as const;
  return (
    <LineChart
      responsive
      accessibilityLayer={false}
      aria-hidden="true"
      style={{ width: "100%", height: "100%" }}
      data={rows}
      margin={{ top: PLOT_EDGES.top, right: spec.right === undefined ? PLOT_EDGES.right : 0, bottom: 0, left: 0 }}
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
        domain={[first, last]}
        ticks={stepTicks(last)}
        tick={TICK}
        tickLine={false}
        axisLine={{ stroke: "var(--lab-border)" }}
        height={PLOT_EDGES.bottom}
        tickMargin={4}
      />
      <YAxis yAxisId="left" domain={left.domain} ticks={left.ticks} tickFormatter={tickWriter(left, numbers)} {...axis} />
      {spec.right !== undefined && (
        <YAxis
          yAxisId="right"
          orientation="right"
          domain={right.domain}
          ticks={right.ticks}
          tickFormatter={tickWriter(right, numbers)}
          {...axis}
        />
      )}
      {left.domain[0] < 0 && left.domain[1] > 0 && <ReferenceLine yAxisId="left" y={0} stroke="var(--lab-border)" />}
      {target !== undefined && target <= left.domain[1] && (
        <ReferenceLine
          yAxisId="left"
          y={target}
          stroke="var(--lab-cursor)"
          strokeDasharray="1 3"
          label={{ value: t("charts.target"), position: "insideTopLeft", ...TICK, ...HALO }}
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
      {spec.series.map((series, i) => (
        <Line
          key={series.id}
          yAxisId={series.axis}
          name={series.id}
          dataKey={(row: ChartRow) => row.raw[i]}
          stroke={series.colour}
          strokeWidth={2}
          strokeOpacity={smoothed && series.mark === undefined ? 0.4 : 1}
          {...(series.dash === undefined ? {} : { strokeDasharray: series.dash })}
          dot={rows.length === 1 && series.mark === undefined ? { r: 3, fill: series.colour, strokeWidth: 0 } : false}
          activeDot={false}
          isAnimationActive={false}
          shape={SHAPES[series.mark ?? "line"]}
        />
      ))}
      {smoothed &&
        spec.series.map((series, i) =>
          series.mark !== undefined ? null : (
            <Line
              key={series.id}
              yAxisId={series.axis}
              name={`${series.id} smoothed`}
              dataKey={(row: ChartRow) => row.smooth[i]}
              stroke={series.colour}
              strokeWidth={2.5}
              {...(series.dash === undefined ? {} : { strokeDasharray: series.dash })}
              dot={false}
              activeDot={false}
              isAnimationActive={false}
              shape={PlainLine}
            />
          ),
        )}
    </LineChart>
  );
});

/** The bare line. Recharts' own shape measures the path at every drawing for an entrance animation, which forces a layout. */
function PlainLine({ points = [], stroke, strokeWidth, strokeOpacity, strokeDasharray }: LineDrawShapeProps) {
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
      strokeOpacity={strokeOpacity}
      strokeDasharray={strokeDasharray}
    />
  );
}

const marksOf = (mark: NonNullable<Series["mark"]>) =>
  function Marks({ points = [], stroke = "" }: LineDrawShapeProps) {
    return (
      <g>{points.map(({ x, y }) => (x === null || y === null ? null : <MarkShape key={x} mark={mark} x={x} y={y} colour={stroke} />))}</g>
    );
  };

const SHAPES = { line: PlainLine, circle: marksOf("circle"), diamond: marksOf("diamond") } as const;

interface MarkProps {
  readonly mark: NonNullable<Series["mark"]>;
  readonly x: number;
  readonly y: number;
  readonly colour: string;
}

/** A held-out value is a full circle, one of the hard cases an open diamond. */
export function MarkShape({ mark, x, y, colour }: MarkProps) {
  if (mark === "circle") return <circle cx={x} cy={y} r="3.5" fill={colour} stroke="var(--lab-surface)" />;
  return <path d={`M${x} ${y - 4.5}l4.5 4.5-4.5 4.5-4.5-4.5z`} fill="var(--lab-surface)" stroke={colour} strokeWidth="1.8" />;
}

/** A small flag at the top of a marker line. */
function FlagLabel({ viewBox }: { readonly viewBox?: { readonly x?: number; readonly y?: number } }) {
  const { x = 0, y = 0 } = viewBox ?? {};
  return <path d={`M${x} ${y}h8l-2.5 3.5 2.5 3.5h-8z`} fill="var(--lab-cursor)" />;
}
