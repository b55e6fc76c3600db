// One statistic of both sides on one pair of axes: the failure solid, its healthy twin dashed, exact values at a shared cursor.

import { memo, useMemo } from "react";
import { useDrawTurn } from "../charts/drawQueue";
import type { StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import classes from "./CompareChart.module.css";
import { layoutOf, type Line } from "./chartLayout";
import { SIDES, type Side } from "./snapshots";

interface Props {
  readonly statistic: string;
  readonly title: string;
  readonly sides: Readonly<Record<Side, readonly StepPoint[]>>;
  /** Step under the cursor of all comparison charts; null: the newest. */
  readonly cursor: number | null;
  readonly onCursor: (step: number | null) => void;
}

const LOOKS = {
  values: { colour: "var(--lab-amber)", dash: undefined },
  twin: { colour: "var(--lab-blue)", dash: "6 4" },
} as const;
const WIDTH = 320;
const HEIGHT = 150;
const LEFT = 40;
const BOTTOM = 20;
const TOP = 8;

export const CompareChart = memo(function CompareChart({ statistic, title, sides, cursor, onCursor }: Props) {
  const { t, numbers } = useLanguage();
  const drawn = useDrawTurn(sides);
  const lines = useMemo<readonly Line[]>(() => SIDES.map((side) => lineOf(drawn[side], statistic)), [drawn, statistic]);
  const layout = useMemo(() => layoutOf(lines, { left: LEFT, top: TOP, width: WIDTH - LEFT - 8, height: HEIGHT - TOP - BOTTOM }), [lines]);
  const { x, y, last, ticks, stepTicks } = layout;
  const atPointer = (event: React.PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = ((event.clientX - box.left) / box.width) * WIDTH;
    onCursor(Math.max(1, Math.min(last, Math.round(layout.stepAt(share)))));
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onCursor(Math.max(1, Math.min(last, (cursor ?? last) + by)));
  };
  const readout = SIDES.map((side, i) => ({ side, value: valueAt(lines[i] ?? [], cursor) }));
  const text = (value: number | null): string => (value === null ? "–" : numbers.precise(value));
  return (
    <figure className={classes["chart"]} data-compare={statistic}>
      <figcaption className={classes["caption"]}>
        <span className={classes["title"]}>{title}</span>
        <span className={`numeric ${classes["step"]}`}>{cursor !== null && t("charts.atStep", { step: numbers.whole(cursor) })}</span>
      </figcaption>
      <dl className={`numeric ${classes["legend"]}`}>
        {readout.map(({ side, value }) => (
          <div key={side} data-side={side}>
            <dt>
              <svg width="20" height="8" aria-hidden="true">
                <path d="M0 4H20" stroke={LOOKS[side].colour} strokeWidth="2.5" strokeDasharray={LOOKS[side].dash} />
              </svg>
              {t(`failures.side.${side}`)}
            </dt>
            <dd>{text(value)}</dd>
          </div>
        ))}
      </dl>
      <svg
        className={classes["plot"]}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the cursor
        tabIndex={0}
        role="img"
        aria-label={`${title}. ${readout.map(({ side, value }) => `${t(`failures.side.${side}`)} ${text(value)}`).join(", ")}. ${t("failures.keyboard")}`}
        onPointerMove={atPointer}
        onPointerLeave={() => onCursor(null)}
        onKeyDown={onKeyDown}
        onBlur={() => onCursor(null)}
      >
        {ticks.map((tick) => (
          <g key={tick}>
            <path d={`M${LEFT} ${y(tick)}H${WIDTH - 8}`} stroke="var(--lab-grid)" />
            <text x={LEFT - 6} y={y(tick) + 3.5} textAnchor="end">
              {numbers.value(tick)}
            </text>
          </g>
        ))}
        {stepTicks.map((tick) => (
          <text key={tick} x={x(tick)} y={HEIGHT - 5} textAnchor="middle">
            {numbers.whole(tick)}
          </text>
        ))}
        {cursor !== null && <path d={`M${x(cursor)} ${TOP}V${HEIGHT - BOTTOM}`} stroke="var(--lab-cursor)" />}
        {lines.map((line, i) => {
          const side = SIDES[i] ?? "values";
          if (line.length === 0) return null;
          const path = line.map(([step, value]) => `${x(step).toFixed(1)} ${y(value).toFixed(1)}`).join("L");
          return (
            <g key={side} data-line={side}>
              <path d={`M${path}`} fill="none" stroke={LOOKS[side].colour} strokeWidth="2" strokeDasharray={LOOKS[side].dash} />
              {line.length === 1 && <circle cx={x(line[0]?.[0] ?? 1)} cy={y(line[0]?.[1] ?? 0)} r="3" fill={LOOKS[side].colour} />}
            </g>
          );
        })}
      </svg>
    </figure>
  );
});

function lineOf(points: readonly StepPoint[], statistic: string): Line {
  return points.flatMap(({ step, stats }) => {
    const value = stats[statistic];
    return value === undefined || !Number.isFinite(value) ? [] : [[step, value] as const];
  });
}

/** At the cursor, else the newest. */
function valueAt(line: Line, cursor: number | null): number | null {
  const point = cursor === null ? line.at(-1) : line.find(([step]) => step === cursor);
  return point?.[1] ?? null;
}
