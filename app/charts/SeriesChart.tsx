// One chart card: title with help, a legend that doubles as exact read-out at the shared cursor, and the lines.

import { memo, useMemo, useState } from "react";
import { createPortal } from "react-dom";
import { CartesianGrid, Line, LineChart, ReferenceArea, ReferenceLine, Tooltip, useActiveTooltipLabel, XAxis, YAxis } from "recharts";
import { HelpPopover } from "../help/HelpPopover";
import { MetricHelpText } from "../help/MetricHelpText";
import type { Marker, StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { useDrawTurn } from "./drawQueue";
import classes from "./SeriesChart.module.css";
import type { AxisSpec, ChartSpec, Series } from "./series";
import { type NiceAxis, niceAxis, stepTicks } from "./niceAxis";
import { strideOf, thin } from "./thin";

interface Props {
  readonly spec: ChartSpec;
  readonly points: readonly StepPoint[];
  readonly markers: readonly Marker[];
  /** Shown instead of lines while there are no points. */
  readonly emptyText: string;
  /** A horizontal line on the left axis that the series should approach. */
  readonly target?: number | undefined;
}

interface Drawing {
  readonly spec: ChartSpec;
  readonly points: readonly StepPoint[];
  readonly markers: readonly Marker[];
}

export const SeriesChart = memo(function SeriesChart({ spec, points, markers, emptyText, target }: Props) {
  const { t } = useLanguage();
  const wanted = useMemo<Drawing>(() => ({ spec, points, markers }), [spec, points, markers]);
  const drawn = useDrawTurn(wanted);
  const [readout, setReadout] = useState<HTMLElement | null>(null);
  const title = t(spec.title);
  const empty = drawn.points.length === 0;
  const stride = strideOf(drawn.points.length);
  return (
    <section className={`card ${classes["card"]}`} aria-label={title} data-chart={spec.id}>
      <header className={classes["header"]}>
        <h3 className="card-title">{title}</h3>
        <HelpPopover label={t("charts.about", { name: title })}>
          <MetricHelpText metric={spec.help} />
          {stride > 1 && <p>{t("charts.thinned", { stride: String(stride) })}</p>}
        </HelpPopover>
      </header>
      <div className={classes["readout"]} ref={setReadout}>
        {empty && <Legend series={spec.series} twoAxes={spec.right !== undefined} point={undefined} />}
      </div>
      <div className={classes["plot"]}>
        {empty ? (
          <p className={classes["empty"]}>{emptyText}</p>
        ) : (
          <Lines drawing={drawn} target={target} readout={readout} title={title} />
        )}
      </div>
    </section>
  );
});

interface LinesProps {
  readonly drawing: Drawing;
  readonly target: number | undefined;
  readonly readout: HTMLElement | null;
  readonly title: string;
}

const TICK = { fill: "var(--lab-dim)", fontSize: 11 };

function Lines({ drawing: { spec, points, markers }, target, readout, title }: LinesProps) {
  const { t, numbers } = useLanguage();
  const shown = useMemo(() => thin(points), [points]);
  const left = useMemo(() => axisOf("left", spec.left, spec.series, points), [points, spec]);
  const right = useMemo(() => axisOf("right", spec.right ?? {}, spec.series, points), [points, spec]);
  const last = Math.max(10, points.at(-1)?.step ?? 1);
  return (
    <LineChart
      responsive
      style={{ width: "100%", height: "100%" }}
      data={shown as StepPoint[]}
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
        />
      ))}
      {readout !== null && <Readout spec={spec} points={points} markers={markers} into={readout} />}
    </LineChart>
  );
}

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

interface LegendProps {
  readonly series: readonly Series[];
  readonly twoAxes: boolean;
  readonly point: StepPoint | undefined;
  readonly atCursor?: boolean;
  readonly turned?: boolean;
}

function Legend({ series, twoAxes, point, atCursor = false, turned = false }: LegendProps) {
  const { t, numbers } = useLanguage();
  return (
    <dl className={classes["legend"]}>
      {series.map((one) => {
        const value = point === undefined ? undefined : one.read(point.stats);
        return (
          <div key={one.id} className={classes["entry"]} data-series={one.id}>
            <dt>
              <svg width="18" height="8" aria-hidden="true">
                <line x1="0" y1="4" x2="18" y2="4" stroke={one.colour} strokeWidth="2.5" strokeDasharray={one.dash} />
              </svg>
              {"key" in one.label ? t(one.label.key) : one.label.name}
              {twoAxes && (
                <span aria-label={t(one.axis === "left" ? "charts.leftAxis" : "charts.rightAxis")} role="img" className={classes["axis"]}>
                  {one.axis === "left" ? "◂" : "▸"}
                </span>
              )}
            </dt>
            <dd className="numeric">{value === undefined ? "–" : numbers.value(value)}</dd>
          </div>
        );
      })}
      {atCursor && point !== undefined && (
        <div className={classes["step"]}>
          <dt className="hidden-visually">{t("charts.axisStep")}</dt>
          <dd className="numeric">
            {turned && "⚑ "}
            {t("charts.atStep", { step: numbers.whole(point.step) })}
          </dd>
        </div>
      )}
    </dl>
  );
}
