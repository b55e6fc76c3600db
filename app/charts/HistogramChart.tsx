// A distribution of the step that is looked at: bars with exact counts by pointer or arrow keys, and what lies outside said in words.

import { memo, type ReactNode, useMemo, useState } from "react";
import type { LabConfig } from "../../src/config";
import type { StepData } from "../run/stepData";
import { useLanguage } from "../strings/strings";
import { ChartCard, EmptyPlot } from "./ChartCard";
import { type Distribution, type DistributionKey, distributionOf } from "./distributions";
import { useDrawTurn, useFirstTurn } from "./drawQueue";
import { binEdges } from "./histogram";
import { HistogramBars, rounded, useBinText } from "./HistogramBars";
import classes from "./HistogramChart.module.css";
import { metricName } from "./series";

interface Props {
  readonly metric: DistributionKey;
  readonly step: StepData | null;
  /** Under which the step was done. */
  readonly config: LabConfig;
  readonly actions?: ReactNode;
}

export const HistogramChart = memo(function HistogramChart({ metric, step, config, actions }: Props) {
  const { t } = useLanguage();
  const drawn = useDrawTurn(useMemo(() => ({ step, config }), [step, config]));
  const opened = useFirstTurn();
  const distribution = useMemo(
    () => (opened && drawn.step !== null ? distributionOf(metric, drawn.step, drawn.config) : null),
    [metric, drawn, opened],
  );
  const [bin, setBin] = useState<number | null>(null);
  const title = metricName(metric, t);
  const metrics = useMemo(() => [metric], [metric]);
  const perToken = PER_TOKEN.includes(metric);
  const table = ({ histogram }: Distribution) => ({
    title,
    columns: [
      { id: "from", label: t("charts.binFrom") },
      { id: "to", label: t("charts.binTo") },
      { id: "count", label: t("charts.binCount") },
    ],
    rowCount: histogram.counts.length,
    cell: (row: number, column: number) => (column === 2 ? histogram.counts[row] : rounded(binEdges(histogram, row)[column] ?? 0)),
  });
  const filled = distribution !== null && distribution.histogram.total > 0 ? distribution : null;
  return (
    <ChartCard
      id={`histogram:${metric}`}
      title={title}
      subtitle={metric}
      metrics={metrics}
      table={filled === null ? null : () => table(filled)}
      actions={actions}
      readout={
        filled === null ? null : (
          <Readout distribution={filled} bin={bin} keptRows={perToken ? (drawn.step?.record?.keptRows ?? null) : null} />
        )
      }
    >
      {filled === null ? (
        <EmptyPlot>{t(drawn.step === null ? "charts.noStep" : drawn.step.record === null ? "charts.notYet" : "charts.notKept")}</EmptyPlot>
      ) : (
        <HistogramBars distribution={filled} bin={bin} setBin={setBin} title={title} />
      )}
    </ChartCard>
  );
});

/** Distributions of which a recording keeps some rows only. */
const PER_TOKEN: readonly DistributionKey[] = ["ppo/policy/ratio", "ppo/policy/advantages", "objective/logprobs", "objective/ref_logprobs"];

interface ReadoutProps {
  readonly distribution: Distribution;
  readonly bin: number | null;
  /** Rows that a recording kept; null for all. */
  readonly keptRows: number | null;
}

function Readout({ distribution, bin, keptRows }: ReadoutProps) {
  const { t, numbers } = useLanguage();
  const binText = useBinText(distribution);
  const { histogram, band } = distribution;
  const { total, below, above, low, high } = histogram;
  const inBand = band === null ? null : countWithin(distribution, band);
  const outside = [
    ...(below > 0 ? [t("charts.below", { count: numbers.whole(below), limit: numbers.value(low) })] : []),
    ...(above > 0 ? [t("charts.above", { count: numbers.whole(above), limit: numbers.value(high) })] : []),
  ];
  const shown = bin === null || bin >= histogram.counts.length ? null : binText(bin);
  return (
    <p className={`numeric ${classes["readout"]}`} data-testid="histogram-readout">
      {shown !== null ? (
        <>
          <strong>{shown.range}</strong>
          {shown.count}
        </>
      ) : (
        <>
          <strong>{t("charts.total", { count: numbers.whole(total) })}</strong>
          {[
            ...(keptRows === null ? [] : [t("charts.firstRows", { rows: numbers.whole(keptRows) })]),
            ...(inBand === null ? [] : [t("charts.inBand", { share: numbers.fixed((100 * inBand) / total, 1) })]),
            ...(outside.length === 0 ? [t("charts.noneOutside")] : outside),
          ].join(" · ")}
        </>
      )}
    </p>
  );
}

/** Numbers in bins whose middle lies in a range that ends on bin edges. */
function countWithin({ histogram }: Distribution, [from, to]: readonly [number, number]): number {
  return histogram.counts.reduce((sum, count, bin) => {
    const [low, high] = binEdges(histogram, bin);
    const middle = (low + high) / 2;
    return middle > from && middle < to ? sum + count : sum;
  }, 0);
}
