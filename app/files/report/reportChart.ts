// One of the report's charts as plain data: its lines, axes and marks, and what its legend says.

import type { ChartRows } from "../../charts/chartRows";
import { chartRows } from "../../charts/chartRows";
import { isEvaluated, withInitialEvaluation } from "../../charts/evaluationPoints";
import { CLIP_CHART, type ChartSpec, EVALUATED_REWARD_CHART, KL_CHART, labelText, REWARD_CHART, type Series } from "../../charts/series";
import type { RunState, StepPoint } from "../../run/runState";
import type { NumberWriter } from "../../strings/numbers";
import type { Translate } from "../../strings/strings";

export interface LegendEntry {
  readonly series: Series;
  readonly name: string;
  /** At the step looked at. */
  readonly value: string;
  /** The whole curve in words. */
  readonly words: string;
}

export interface ReportChart {
  readonly spec: ChartSpec;
  readonly title: string;
  readonly rows: ChartRows;
  /** Both ends of the step axis. */
  readonly first: number;
  readonly last: number;
  /** Steps at which options were turned. */
  readonly turned: readonly number[];
  readonly target: number | null;
  /** Step looked at, counted from 1; null: the newest. */
  readonly at: number | null;
  readonly legend: readonly LegendEntry[];
}

/** The step axis is at least this long. */
const SHORTEST = 10;

/** Reward and gold, KL, clip fraction. @param at step looked at, counted from 1 */
export function reportCharts(state: RunState, at: number, t: Translate, numbers: NumberWriter): ReportChart[] {
  const { points, markers, records, runConfig } = state;
  const firstRecord = records[0]?.step === 0 ? records[0] : undefined;
  const evaluated = isEvaluated(points, firstRecord);
  const target = runConfig?.adapKlCtrl === true ? runConfig.ppoTarget : null;
  const chart = (spec: ChartSpec, ofPoints: readonly StepPoint[], chartTarget: number | null): ReportChart => ({
    spec,
    title: labelText(spec.title, t),
    rows: chartRows(spec, ofPoints, null),
    first: Math.min(1, ofPoints[0]?.step ?? 1),
    last: Math.max(SHORTEST, ofPoints.at(-1)?.step ?? 1),
    turned: markers.map(({ step }) => step),
    target: chartTarget,
    at: at === points.at(-1)?.step ? null : at,
    legend: spec.series.map((series) => legendEntry(series, ofPoints, at, t, numbers)),
  });
  return [
    chart(evaluated ? EVALUATED_REWARD_CHART : REWARD_CHART, withInitialEvaluation(points, firstRecord), null),
    chart(KL_CHART, points, target),
    chart(CLIP_CHART, points, null),
  ];
}

function legendEntry(series: Series, points: readonly StepPoint[], at: number, t: Translate, numbers: NumberWriter): LegendEntry {
  const name = labelText(series.label, t);
  const known = points.flatMap(({ step, stats }) => {
    const value = series.read(stats);
    return value === undefined || !Number.isFinite(value) ? [] : [{ step, value }];
  });
  // Marks stand at some steps only: the newest one up to the step looked at.
  const shown = series.mark === undefined ? known.find(({ step }) => step === at) : known.findLast(({ step }) => step <= at);
  const [first, last] = [known[0], known.at(-1)];
  const values = known.map(({ value }) => value);
  const extreme = (pick: (a: number, b: number) => number): string => numbers.precise(values.reduce((a, b) => pick(a, b)));
  return {
    series,
    name,
    value: shown === undefined ? "–" : numbers.precise(shown.value),
    words:
      first === undefined || last === undefined
        ? t("report.seriesNone", { name })
        : t("report.seriesWords", {
            name,
            first: numbers.precise(first.value),
            firstStep: numbers.whole(first.step),
            last: numbers.precise(last.value),
            lastStep: numbers.whole(last.step),
            low: extreme(Math.min),
            high: extreme(Math.max),
          }),
  };
}
