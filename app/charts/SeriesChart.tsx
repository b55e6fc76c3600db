// One chart over the PPO steps: a legend that doubles as exact read-out at the shared cursor, the lines, and the numbers as a table.

import { memo, type ReactNode, useMemo, useState } from "react";
import type { Marker, StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { ChartCard, EmptyPlot } from "./ChartCard";
import { chartRows } from "./chartRows";
import { CursorLayer } from "./CursorLayer";
import { useDrawTurn, useFirstTurn, useInSight } from "./drawQueue";
import { Legend } from "./Legend";
import { Lines } from "./Lines";
import { type ChartSpec, labelText } from "./series";
import type { Smoothing } from "./smoothing";

interface Props {
  readonly spec: ChartSpec;
  readonly points: readonly StepPoint[];
  readonly markers: readonly Marker[];
  /** Shown instead of lines while there are no points. */
  readonly emptyText: string;
  /** A horizontal line on the left axis that the series should approach. */
  readonly target?: number | undefined;
  readonly smoothing?: Smoothing;
  readonly subtitle?: string;
  readonly actions?: ReactNode;
}

/** About, in pixels. */
export const CARD_HEIGHT = 270;

/** The step axis is at least this long, so that the first points do not jump. */
const SHORTEST = 10;

export const SeriesChart = memo(function SeriesChart(props: Props) {
  const { spec, points, markers, emptyText, target, smoothing = null, subtitle, actions } = props;
  const { t, numbers } = useLanguage();
  const [plot, setPlot] = useState<HTMLElement | null>(null);
  const wanted = useMemo(() => ({ spec, points, markers, smoothing }), [spec, points, markers, smoothing]);
  const drawn = useDrawTurn(wanted, !useInSight(plot));
  const opened = useFirstTurn();
  const rows = useMemo(() => (opened ? chartRows(drawn.spec, drawn.points, drawn.smoothing) : null), [drawn, opened]);
  const first = Math.min(1, drawn.points[0]?.step ?? 1);
  const last = Math.max(SHORTEST, drawn.points.at(-1)?.step ?? 1);
  const title = labelText(spec.title, t);
  const table = () => ({
    title,
    columns: [
      { id: "step", label: t("charts.axisStep") },
      ...spec.series.map(({ id, label }) => ({ id, label: spec.series.length === 1 ? title : labelText(label, t) })),
    ],
    rowCount: points.length,
    cell: (row: number, column: number) => {
      const point = points[row];
      return column === 0 ? point?.step : point === undefined ? undefined : spec.series[column - 1]?.read(point.stats);
    },
  });
  return (
    <ChartCard
      id={spec.id}
      title={title}
      subtitle={subtitle}
      metrics={spec.metrics}
      note={spec.note}
      remark={rows !== null && rows.bucket > 1 ? t("charts.thinned", { count: numbers.whole(rows.bucket) }) : undefined}
      table={points.length === 0 ? null : table}
      newestFirst
      actions={actions}
      readout={<Legend series={spec.series} twoAxes={spec.right !== undefined} points={points} markers={markers} />}
    >
      {points.length === 0 ? (
        <EmptyPlot>{emptyText}</EmptyPlot>
      ) : (
        <div ref={setPlot} style={{ height: "100%" }}>
          {rows !== null && drawn.points.length > 0 && (
            <>
              <Lines
                spec={drawn.spec}
                drawn={rows}
                markers={drawn.markers}
                target={target}
                first={first}
                last={last}
                smoothed={drawn.smoothing !== null}
              />
              <CursorLayer spec={spec} title={title} points={points} axes={rows} first={first} last={last} />
            </>
          )}
        </div>
      )}
    </ChartCard>
  );
});
