// A chart for every statistic that was chosen: over the steps, or of the shown step where it has many numbers a step.

import { ActionIcon } from "@mantine/core";
import { memo, useMemo } from "react";
import type { LabConfig } from "../../src/config";
import { CloseIcon } from "../icons";
import type { StepData } from "../run/stepData";
import { useLanguage } from "../strings/strings";
import gridClasses from "./ChartGrid.module.css";
import { DISTRIBUTIONS } from "./distributions";
import { HistogramChart } from "./HistogramChart";
import { InTurn } from "./InTurn";
import { metricChart } from "./metricChart";
import type { useRunCharts } from "./runCharts";
import { CARD_HEIGHT, SeriesChart } from "./SeriesChart";
import { metricName } from "./series";
import type { Smoothing } from "./smoothing";

interface Props {
  readonly chosen: readonly string[];
  readonly drop: (key: string) => void;
  readonly charts: ReturnType<typeof useRunCharts>;
  readonly smoothing: Smoothing;
  readonly step: StepData | null;
  readonly config: LabConfig;
}

export function ChosenCharts({ chosen, drop, charts, smoothing, step, config }: Props) {
  return (
    <div className={gridClasses["grid"]} data-testid="chosen-charts">
      {chosen.map((key) => {
        const distribution = DISTRIBUTIONS.find((one) => one === key);
        return (
          <InTurn key={key} height={CARD_HEIGHT}>
            {distribution === undefined ? (
              <ChosenSeries metric={key} drop={drop} charts={charts} smoothing={smoothing} />
            ) : (
              <HistogramChart metric={distribution} step={step} config={config} actions={<Drop metric={key} drop={drop} />} />
            )}
          </InTurn>
        );
      })}
    </div>
  );
}

interface SeriesProps extends Pick<Props, "drop" | "charts" | "smoothing"> {
  readonly metric: string;
}

function ChosenSeries({ metric, drop, charts: { points, markers, emptyText }, smoothing }: SeriesProps) {
  const { t } = useLanguage();
  const spec = useMemo(() => metricChart(metric), [metric]);
  const actions = useMemo(() => <Drop metric={metric} drop={drop} />, [metric, drop]);
  // Some statistics are not recorded at every step: one look back is enough to know.
  const recorded = points.length === 0 || points.some(({ stats }) => metric in stats);
  return (
    <SeriesChart
      spec={spec}
      points={recorded ? points : []}
      markers={markers}
      emptyText={recorded ? emptyText : t("charts.notRecorded")}
      smoothing={smoothing}
      subtitle={metric}
      actions={actions}
    />
  );
}

const Drop = memo(function Drop({ metric, drop }: { readonly metric: string; readonly drop: (key: string) => void }) {
  const { t } = useLanguage();
  const label = t("charts.removeChart", { name: metricName(metric, t) });
  return (
    <ActionIcon variant="subtle" color="gray" size={24} c="var(--lab-dim)" aria-label={label} title={label} onClick={() => drop(metric)}>
      <CloseIcon />
    </ActionIcon>
  );
});
