// The proxy-gold-KL plane: the run's path, bought drift to the right, reward and gold upwards; later steps are larger and darker.

import { memo, useMemo } from "react";
import type { StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { ChartCard, EmptyPlot } from "./ChartCard";
import { useDrawTurn, useFirstTurn } from "./drawQueue";
import { Legend } from "./Legend";
import { PlaneArea } from "./PlaneArea";
import { planeReading } from "./plane";
import classes from "./PlaneChart.module.css";
import { PLANE_SERIES } from "./planeSeries";

interface Props {
  readonly points: readonly StepPoint[];
  readonly emptyText: string;
}

const METRICS = ["env/reward_mean", "lab/gold", "objective/kl"];

export const PlaneChart = memo(function PlaneChart({ points, emptyText }: Props) {
  const { t, numbers } = useLanguage();
  const drawn = useDrawTurn(points);
  const opened = useFirstTurn();
  const title = t("charts.plane");
  const reading = useMemo(() => planeReading(drawn), [drawn]);
  const table = () => ({
    title,
    columns: [
      { id: "step", label: t("charts.axisStep") },
      { id: "kl", label: t("charts.klSeries") },
      { id: "proxy", label: t("charts.proxySeries") },
      { id: "gold", label: t("charts.goldSeries") },
    ],
    rowCount: points.length,
    cell: (row: number, column: number) => {
      const point = points[row];
      return column === 0 ? point?.step : point === undefined ? undefined : PLANE_SERIES[column - 1]?.read(point.stats);
    },
  });
  return (
    <ChartCard
      id="plane"
      title={title}
      metrics={METRICS}
      note="charts.planeNote"
      table={points.length === 0 ? null : table}
      newestFirst
      wide
      readout={<Legend series={PLANE_SERIES} twoAxes points={points} markers={[]} />}
    >
      {points.length === 0 ? (
        <EmptyPlot>{emptyText}</EmptyPlot>
      ) : (
        <div className={classes["column"]}>
          <div className={classes["plane"]}>{opened && <PlaneArea points={drawn} title={title} />}</div>
          <p className={classes["reading"]} data-verdict={reading?.verdict ?? "early"} data-testid="plane-reading">
            {reading === null ? (
              t("charts.plane.early")
            ) : (
              <>
                <strong>{t(`charts.plane.${reading.verdict}`)}</strong>{" "}
                {t("charts.plane.reading", {
                  steps: numbers.whole(reading.steps),
                  proxy: t(`charts.direction.${reading.proxy}`),
                  gold: t(`charts.direction.${reading.gold}`),
                })}
              </>
            )}
          </p>
        </div>
      )}
    </ChartCard>
  );
});
