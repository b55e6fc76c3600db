// The plane itself: axes, the path with its dots, and the cursor, which takes the step of the nearest dot.

import { memo, type PointerEvent, useMemo } from "react";
import { readGold, readKl, readProxy } from "../help/metrics";
import type { StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { useView } from "../view/view";
import cursorClasses from "./CursorLayer.module.css";
import { setCursor } from "./cursor";
import { type NiceAxis, niceAxis, tickWriter } from "./niceAxis";
import { PinnedOffer } from "./PinnedOffer";
import { type PlanePoint, planePoints } from "./plane";
import classes from "./PlaneChart.module.css";
import { PLANE_SERIES } from "./planeSeries";
import { useStepSlider } from "./stepSlider";

interface Axes {
  readonly kl: NiceAxis;
  readonly proxy: NiceAxis;
  readonly gold: NiceAxis;
}

/** Percent of the way along the axis; what lies beyond stands at its end. */
const share = ({ domain: [low, high] }: NiceAxis, value: number): number =>
  Math.min(100, Math.max(0, ((value - low) / (high - low)) * 100));

export function PlaneArea({ points, title }: { readonly points: readonly StepPoint[]; readonly title: string }) {
  const dots = useMemo(() => planePoints(points), [points]);
  const axes = useMemo(() => axesOf(dots), [dots]);
  const pinned = useView((view) => view.pinned);
  const { pointed, offered, newest, props } = useStepSlider(title, points, PLANE_SERIES);
  const point = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const step = nearestStep(dots, axes, event.clientX - box.left, event.clientY - box.top, box.width, box.height);
    if (step !== null) setCursor(step);
  };
  const [kl, proxy, gold] = pointed === undefined ? [] : [readKl(pointed.stats), readProxy(pointed.stats), readGold(pointed.stats)];
  return (
    <>
      <Ticks axes={axes} />
      <div className={classes["area"]}>
        <Path dots={dots} axes={axes} newest={newest} />
        <div className={cursorClasses["surface"]} onPointerMove={point} onPointerDown={point} {...props}>
          {kl !== undefined && (
            <>
              <i className={cursorClasses["line"]} style={{ left: `${share(axes.kl, kl)}%` }} />
              {proxy !== undefined && <Ring x={share(axes.kl, kl)} y={share(axes.proxy, proxy)} />}
              {gold !== undefined && <Ring x={share(axes.kl, kl)} y={share(axes.gold, gold)} />}
            </>
          )}
        </div>
        {offered !== null && pinned === offered - 1 && (
          <PinnedOffer step={offered} side={(kl ?? 0) > (axes.kl.domain[1] + axes.kl.domain[0]) / 2 ? "left" : "right"} />
        )}
      </div>
    </>
  );
}

const Ring = ({ x, y }: { readonly x: number; readonly y: number }) => (
  <i className={classes["ring"]} style={{ left: `${x}%`, bottom: `${y}%` }} />
);

const Ticks = memo(function Ticks({ axes: { kl, proxy, gold } }: { readonly axes: Axes }) {
  const { t, numbers } = useLanguage();
  const ticks = (side: "left" | "right" | "bottom", axis: NiceAxis) => {
    const write = tickWriter(axis, numbers);
    return axis.ticks.map((tick) => (
      <span key={tick} className={`numeric ${classes[side]}`} style={{ [side === "bottom" ? "left" : "bottom"]: `${share(axis, tick)}%` }}>
        {write(tick)}
      </span>
    ));
  };
  return (
    <div className={classes["ticks"]} aria-hidden="true">
      {proxy.ticks.map((tick) => (
        <i key={tick} className={classes["gridLine"]} style={{ bottom: `${share(proxy, tick)}%` }} />
      ))}
      {ticks("left", proxy)}
      {ticks("right", gold)}
      {ticks("bottom", kl)}
      <span className={classes["xTitle"]}>{t("charts.klAxis")} →</span>
    </div>
  );
});

const Path = memo(function Path({
  dots,
  axes,
  newest,
}: {
  readonly dots: readonly PlanePoint[];
  readonly axes: Axes;
  readonly newest: number;
}) {
  const { t } = useLanguage();
  const path = (axis: NiceAxis, read: (dot: PlanePoint) => number | null): string =>
    dots
      .flatMap((dot) => {
        const value = read(dot);
        return value === null ? [] : [`${share(axes.kl, dot.kl).toFixed(2)} ${(100 - share(axis, value)).toFixed(2)}`];
      })
      .join("L");
  const last = dots.at(-1);
  return (
    <svg className={classes["svg"]} aria-hidden="true">
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%" className={classes["lines"]}>
        {last !== undefined && (
          <path d={`M${path(axes.proxy, ({ proxy }) => proxy)}`} className={classes["proxy"]} vectorEffect="non-scaling-stroke" />
        )}
        {last !== undefined && last.gold !== null && (
          <path d={`M${path(axes.gold, ({ gold }) => gold)}`} className={classes["gold"]} vectorEffect="non-scaling-stroke" />
        )}
      </svg>
      {dots.map(({ step, kl, proxy, gold }) => {
        const age = newest <= 1 ? 1 : step / newest;
        const x = `${share(axes.kl, kl)}%`;
        const size = 2 + 3 * age;
        return (
          <g key={step} opacity={0.25 + 0.75 * age}>
            <circle cx={x} cy={`${100 - share(axes.proxy, proxy)}%`} r={size} className={classes["proxyDot"]} />
            {gold !== null && (
              <svg x={x} y={`${100 - share(axes.gold, gold)}%`} overflow="visible">
                <path
                  d={`M0 ${-size - 1}l${size + 1} ${size + 1}-${size + 1} ${size + 1}-${size + 1} ${-size - 1}z`}
                  className={classes["goldDot"]}
                />
              </svg>
            )}
          </g>
        );
      })}
      {last !== undefined && (
        <g className={classes["newest"]}>
          <circle cx={`${share(axes.kl, last.kl)}%`} cy={`${100 - share(axes.proxy, last.proxy)}%`} r="9" />
          {last.gold !== null && <circle cx={`${share(axes.kl, last.kl)}%`} cy={`${100 - share(axes.gold, last.gold)}%`} r="9" />}
          <text x={`${share(axes.kl, last.kl)}%`} y={`${100 - share(axes.proxy, last.proxy)}%`} dy="-13" textAnchor="middle">
            {t("charts.newest")}
          </text>
        </g>
      )}
    </svg>
  );
});

function axesOf(dots: readonly PlanePoint[]): Axes {
  const around = (values: readonly number[], least: number, most: number): NiceAxis => {
    const low = Math.min(least, ...values);
    const high = Math.max(most, ...values);
    return low <= high ? niceAxis(low, high, 4) : niceAxis(0, 1, 4);
  };
  const none = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const;
  return {
    kl: around(
      dots.map(({ kl }) => kl),
      0,
      0.1,
    ),
    proxy: around(
      dots.map(({ proxy }) => proxy),
      ...none,
    ),
    gold: around(
      dots.flatMap(({ gold }) => (gold === null ? [] : [gold])),
      0,
      1,
    ),
  };
}

/** Step of the dot nearest to a place in the area, in pixels. */
function nearestStep(dots: readonly PlanePoint[], axes: Axes, x: number, y: number, width: number, height: number): number | null {
  let nearest: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const { step, kl, proxy, gold } of dots) {
    const dx = (share(axes.kl, kl) / 100) * width - x;
    for (const percent of [share(axes.proxy, proxy), gold === null ? null : share(axes.gold, gold)]) {
      if (percent === null) continue;
      const dy = (1 - percent / 100) * height - y;
      const distance = dx * dx + dy * dy;
      if (distance < least) [least, nearest] = [distance, step];
    }
  }
  return nearest;
}
