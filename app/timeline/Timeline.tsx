// All past steps on one line: drag or use the arrow keys to look at one while training goes on; one button returns to the newest.

import { ActionIcon, Button } from "@mantine/core";
import { memo, useMemo } from "react";
import { thin } from "../charts/thin";
import { useDrawTurn } from "../charts/drawQueue";
import { readGold, readProxy } from "../help/metrics";
import { NextIcon, PreviousIcon } from "../icons";
import { useRun } from "../run/lab";
import type { Marker, StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { useSetView, useShownStep, useView } from "../view/view";
import classes from "./Timeline.module.css";

export function Timeline() {
  const { t, numbers } = useLanguage();
  const points = useRun((state) => state.points);
  const markers = useRun((state) => state.markers);
  const recorded = useRun((state) => state.source.kind === "recording");
  const pinned = useView((view) => view.pinned);
  const setView = useSetView();
  const shown = useShownStep();
  const newest = points.at(-1)?.step ?? 0;
  if (newest === 0) return null;
  const value = Math.min(pinned === null ? newest : pinned + 1, newest);
  const pin = (step: number): void => setView({ pinned: Math.max(1, Math.min(newest, step)) - 1 });
  const asked = numbers.whole(value);
  const nearest = pinned !== null && shown !== null && shown.step !== pinned ? numbers.whole(shown.step + 1) : null;
  return (
    <section className={classes["timeline"]} aria-label={t("timeline.title")} data-testid="timeline">
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t("timeline.previous")}
        title={t("timeline.previous")}
        disabled={value <= 1}
        onClick={() => pin(value - 1)}
      >
        <PreviousIcon />
      </ActionIcon>
      <div className={classes["track"]}>
        <Sparkline points={points} markers={markers} newest={newest} />
        <span className={classes["cursor"]} style={{ left: cursorAt(value, newest) }} data-pinned={pinned !== null} aria-hidden="true" />
        <input
          className={classes["range"]}
          type="range"
          min={1}
          max={newest}
          step={1}
          value={value}
          onChange={(event) => pin(Number(event.currentTarget.value))}
          aria-label={t("timeline.step")}
          aria-valuetext={
            pinned === null
              ? t("timeline.valueNewest", { step: asked })
              : t("timeline.valueText", { step: asked, total: numbers.whole(newest) })
          }
          data-testid="timeline-range"
        />
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t("timeline.next")}
        title={t("timeline.next")}
        disabled={value >= newest}
        onClick={() => pin(value + 1)}
      >
        <NextIcon />
      </ActionIcon>
      <span className={`numeric ${classes["where"]}`} data-testid="timeline-where" data-pinned={pinned !== null}>
        {nearest !== null
          ? t("timeline.nearest", { asked, shown: nearest })
          : pinned === null
            ? t(recorded ? "replay.last" : "timeline.following")
            : t("timeline.pinned", { step: asked })}
      </span>
      <Button
        size="compact-sm"
        variant={pinned === null ? "subtle" : "light"}
        disabled={pinned === null}
        onClick={() => setView({ pinned: null })}
        data-action="follow"
      >
        {t(recorded ? "replay.toLast" : "timeline.follow")}
      </Button>
    </section>
  );
}

/** Width of the slider's thumb in pixels, as in the style sheet. */
const THUMB = 16;

/** Where the slider's thumb stands: its middle, THUMB / 2 away from either end at most. */
function cursorAt(step: number, newest: number): string {
  const share = newest <= 1 ? 1 : (step - 1) / (newest - 1);
  return `calc(${THUMB / 2}px + (100% - ${THUMB}px) * ${share})`;
}

interface SparklineProps {
  readonly points: readonly StepPoint[];
  readonly markers: readonly Marker[];
  readonly newest: number;
}

const WIDTH = 1000;
const HEIGHT = 28;

/** Reward and gold, each over its own range: where the run went, not how much. */
const Sparkline = memo(function Sparkline(props: SparklineProps) {
  const { points, markers, newest } = useDrawTurn(props);
  const x = (step: number): number => (newest <= 1 ? WIDTH : ((step - 1) / (newest - 1)) * WIDTH);
  const paths = useMemo(() => {
    const span = Math.max(1, newest - 1);
    return [readProxy, readGold].map((read) => {
      const values = thin(points, [({ stats }) => read(stats)]).map((point) => [point.step, read(point.stats)] as const);
      const known = values.flatMap(([step, value]) => (value === undefined || !Number.isFinite(value) ? [] : [[step, value] as const]));
      // Halved, so that the widest range is still a number.
      const low = Math.min(...known.map(([, value]) => value / 2));
      const range = Math.max(...known.map(([, value]) => value / 2)) - low || 1;
      return known
        .map(([step, value]) => `${((step - 1) / span) * WIDTH} ${HEIGHT - 3 - ((value / 2 - low) / range) * (HEIGHT - 6)}`)
        .join("L");
    });
  }, [points, newest]);
  return (
    <svg className={classes["spark"]} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {paths.map((path, i) =>
        path === "" ? null : (
          <path
            key={i === 0 ? "proxy" : "gold"}
            d={`M${path}`}
            fill="none"
            stroke={i === 0 ? "var(--lab-blue)" : "var(--lab-amber)"}
            strokeWidth="1.5"
            strokeDasharray={i === 0 ? undefined : "5 3"}
            vectorEffect="non-scaling-stroke"
          />
        ),
      )}
      {markers.map(({ step }) => (
        <path key={step} d={`M${x(step)} 0V${HEIGHT}`} stroke="var(--lab-cursor)" strokeDasharray="2 2" vectorEffect="non-scaling-stroke" />
      ))}
    </svg>
  );
});
