// A chart's legend that is also its read-out: each series with its line and its exact value.

import type { StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import classes from "./SeriesChart.module.css";
import type { Series } from "./series";

interface LegendProps {
  readonly series: readonly Series[];
  readonly twoAxes: boolean;
  readonly point: StepPoint | undefined;
  readonly atCursor?: boolean;
  readonly turned?: boolean;
}

export function Legend({ series, twoAxes, point, atCursor = false, turned = false }: LegendProps) {
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
            <dd className="numeric" title={value === undefined ? undefined : String(value)}>
              {value === undefined ? "–" : numbers.precise(value)}
            </dd>
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
