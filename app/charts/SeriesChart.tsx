// One chart card: title with help, a legend that doubles as exact read-out at the shared cursor, and the lines.

import { memo, useMemo, useState } from "react";
import { HelpPopover } from "../help/HelpPopover";
import { MetricHelpText } from "../help/MetricHelpText";
import type { Marker, StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { useDrawTurn } from "./drawQueue";
import classes from "./SeriesChart.module.css";
import type { MetricHelp } from "../help/metrics";
import { Legend } from "./Legend";
import { type Drawing, Lines } from "./Lines";
import type { ChartSpec } from "./series";
import { strideOf } from "./thin";

interface Props {
  readonly spec: ChartSpec;
  readonly points: readonly StepPoint[];
  readonly markers: readonly Marker[];
  /** Shown instead of lines while there are no points. */
  readonly emptyText: string;
  /** A horizontal line on the left axis that the series should approach. */
  readonly target?: number | undefined;
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
      <Header title={title} help={spec.help} stride={stride} />
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

interface HeaderProps {
  readonly title: string;
  readonly help: MetricHelp;
  readonly stride: number;
}

const Header = memo(function Header({ title, help, stride }: HeaderProps) {
  const { t } = useLanguage();
  return (
    <header className={classes["header"]}>
      <h3 className="card-title">{title}</h3>
      <HelpPopover label={t("charts.about", { name: title })}>
        <MetricHelpText metric={help} />
        {stride > 1 && <p>{t("charts.thinned", { stride: String(stride) })}</p>}
      </HelpPopover>
    </header>
  );
});
