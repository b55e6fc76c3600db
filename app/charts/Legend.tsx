// A chart's legend that is also its read-out: each series with its line or mark and its exact value at the shared cursor.

import type { Marker, StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { usePointedStep } from "./pointedStep";
import { MarkShape } from "./Lines";
import classes from "./Legend.module.css";
import { pointAt } from "./pointAt";
import { labelText, type Series } from "./series";

/** A series on an axis of a chart over the steps, or along the bottom of the plane. */
export type LegendSeries = Omit<Series, "axis"> & { readonly axis: Series["axis"] | "bottom" };

const AXES = {
  left: { text: "charts.leftAxis", sign: "◂" },
  right: { text: "charts.rightAxis", sign: "▸" },
  bottom: { text: "charts.bottomAxis", sign: "▾" },
} as const;

interface LegendProps {
  readonly series: readonly LegendSeries[];
  readonly twoAxes: boolean;
  readonly points: readonly StepPoint[];
  readonly markers: readonly Marker[];
}

/** Values at the cursor, else of the step that is kept in view, else of the newest; of marks the newest there are. */
export function Legend({ series, twoAxes, points, markers }: LegendProps) {
  const { t, numbers } = useLanguage();
  const step = usePointedStep();
  const pointed = step === null ? undefined : pointAt(points, step);
  const point = pointed ?? points.at(-1);
  return (
    <dl className={classes["legend"]}>
      {series.map((one) => {
        const from =
          one.mark !== undefined && pointed === undefined ? points.findLast(({ stats }) => one.read(stats) !== undefined) : point;
        const value = from === undefined ? undefined : one.read(from.stats);
        return (
          <div key={one.id} className={classes["entry"]} data-series={one.id} data-mark={one.mark !== undefined}>
            <dt>
              <Sample series={one} />
              {labelText(one.label, t)}
              {twoAxes && (
                <span aria-label={t(AXES[one.axis].text)} role="img" className={classes["axis"]}>
                  {AXES[one.axis].sign}
                </span>
              )}
            </dt>
            <dd className="numeric" title={value === undefined ? undefined : String(value)}>
              {value === undefined ? "–" : numbers.precise(value)}
            </dd>
          </div>
        );
      })}
      {pointed !== undefined && (
        <div className={classes["step"]}>
          <dt className="hidden-visually">{t("charts.axisStep")}</dt>
          <dd className="numeric">
            {markers.some((marker) => marker.step === pointed.step) && "⚑ "}
            {t("charts.atStep", { step: numbers.whole(pointed.step) })}
          </dd>
        </div>
      )}
    </dl>
  );
}

function Sample({ series: { colour, dash, mark } }: { readonly series: LegendSeries }) {
  return (
    <svg width={mark === undefined ? 18 : 10} height="10" aria-hidden="true">
      {mark === undefined ? (
        <line x1="0" y1="5" x2="18" y2="5" stroke={colour} strokeWidth="2.5" strokeDasharray={dash} />
      ) : (
        <MarkShape mark={mark} x={5} y={5} colour={colour} />
      )}
    </svg>
  );
}
