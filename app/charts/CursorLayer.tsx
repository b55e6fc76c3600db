// The cursor above a chart over the steps: moved by pointer or arrow keys in all charts at once.

import type { PointerEvent } from "react";
import type { StepPoint } from "../run/runState";
import { useView } from "../view/view";
import type { ChartRows } from "./chartRows";
import classes from "./CursorLayer.module.css";
import { setCursor } from "./cursor";
import { PinnedOffer } from "./PinnedOffer";
import { PLOT_EDGES } from "./plotEdges";
import type { ChartSpec, Series } from "./series";
import { useStepSlider } from "./stepSlider";

interface Props {
  readonly spec: ChartSpec;
  readonly title: string;
  readonly points: readonly StepPoint[];
  readonly axes: Pick<ChartRows, "left" | "right">;
  /** Both ends of the step axis. */
  readonly first: number;
  readonly last: number;
}

export function CursorLayer({ spec, title, points, axes, first, last }: Props) {
  const pinned = useView((view) => view.pinned);
  const { pointed, offered, oldest, newest, props } = useStepSlider(title, points, spec.series);
  const place = (step: number): number => ((step - first) / (last - first)) * 100;
  const point = (event: PointerEvent<HTMLElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const step = Math.round(first + ((event.clientX - left) / width) * (last - first));
    setCursor(Math.max(oldest, Math.min(newest, step)));
  };
  const { axis, top, bottom, right } = PLOT_EDGES;
  return (
    <div className={classes["frame"]} style={{ left: axis, right: spec.right === undefined ? right : axis, top, bottom }}>
      <div className={classes["surface"]} onPointerMove={point} onPointerDown={point} {...props}>
        {pinned !== null && pinned + 1 <= last && <i className={classes["pin"]} style={{ left: `${place(pinned + 1)}%` }} />}
        {pointed !== undefined && (
          <>
            {pointed.step !== (pinned ?? -1) + 1 && <i className={classes["line"]} style={{ left: `${place(pointed.step)}%` }} />}
            {spec.series.map((series) => (
              <Dot key={series.id} series={series} point={pointed} axes={axes} left={place(pointed.step)} />
            ))}
          </>
        )}
      </div>
      {offered !== null && pinned === offered - 1 && <PinnedOffer step={offered} side={place(offered) > 50 ? "left" : "right"} />}
    </div>
  );
}

interface DotProps {
  readonly series: Series;
  readonly point: StepPoint;
  readonly axes: Pick<ChartRows, "left" | "right">;
  /** Percent. */
  readonly left: number;
}

function Dot({ series: { read, axis, colour }, point, axes, left }: DotProps) {
  const value = read(point.stats);
  if (value === undefined || !Number.isFinite(value)) return null;
  const [low, high] = axes[axis].domain;
  // What lies beyond the axis stands at its end.
  const top = `${Math.min(100, Math.max(0, ((high - value) / (high - low)) * 100))}%`;
  return <i className={classes["dot"]} style={{ left: `${left}%`, top, background: colour }} />;
}
