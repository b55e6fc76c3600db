// The tokens of a minibatch by ratio and advantage, with the clip band and the two corners in which no gradient flows.

import { memo, useId, useMemo } from "react";
import type { MinibatchRecord } from "../../src/records";
import type { Look } from "../inspector/look";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import cardClasses from "./PhaseCard.module.css";
import classes from "./RatioPlot.module.css";
import { type RatioPoint, ratioPoints, ratioReach, tokenCount } from "./ratioPoints";

/** Marks drawn at once. */
const MOST = 600;

interface Props {
  readonly look: Look;
  readonly minibatch: MinibatchRecord;
}

export function RatioPlot({ look, minibatch }: Props) {
  const { t, numbers } = useLanguage();
  const { cliprange } = look.config;
  const points = useMemo(() => ratioPoints(look.step, minibatch, cliprange), [look.step, minibatch, cliprange]);
  const total = useMemo(() => tokenCount(look.step, minibatch), [look.step, minibatch]);
  const stride = Math.ceil(points.length / MOST);
  const cut = points.filter((point) => point.cut).length;
  const chosen = points.find(({ row, token }) => row === look.row && token === look.token) ?? null;
  if (points.length === 0) return <p className={cardClasses["note"]}>{t("walk.update.noRatio")}</p>;
  return (
    <figure className={classes["figure"]} data-testid="ratio-plot" data-cut={cut} data-count={points.length}>
      <figcaption>
        <h3 className={cardClasses["title"]}>{t("walk.update.plot")}</h3>
        <p className={cardClasses["note"]}>
          {t("walk.update.plotText")}
          {points.length < total && ` ${t("walk.update.partial", { count: numbers.whole(points.length), total: numbers.whole(total) })}`}
          {stride > 1 && ` ${t("walk.update.thinned", { stride: numbers.whole(stride) })}`}
        </p>
      </figcaption>
      <Plot
        points={points}
        stride={stride}
        chosen={chosen}
        cliprange={cliprange}
        name={t("walk.update.plotName", { count: numbers.whole(points.length), cut: numbers.whole(cut) })}
      />
      <p className={classes["legend"]}>
        <span>
          <svg width="12" height="12" aria-hidden="true">
            <circle cx="6" cy="6" r="3.2" className={classes["active"]} />
          </svg>
          {t("walk.update.active")} <b className="numeric">{numbers.whole(points.length - cut)}</b>
        </span>
        <span>
          <svg width="12" height="12" aria-hidden="true">
            <path d="M3 3l6 6M9 3l-6 6" className={classes["cut"]} />
          </svg>
          {t("walk.update.cut")} <b className="numeric">{numbers.whole(cut)}</b> ({numbers.percent(cut / points.length)})
        </span>
      </p>
    </figure>
  );
}

interface PlotProps {
  readonly points: readonly RatioPoint[];
  readonly stride: number;
  readonly chosen: RatioPoint | null;
  readonly cliprange: number;
  readonly name: string;
}

const WIDTH = 460;
const HEIGHT = 230;
const LEFT = 34;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 34;

const Plot = memo(function Plot({ points, stride, chosen, cliprange, name }: PlotProps) {
  const { t, numbers } = useLanguage();
  const setView = useSetView();
  const hatch = useId();
  const reach = ratioReach(points, cliprange);
  const height = Math.max(1, Math.ceil(points.reduce((most, { advantage }) => Math.max(most, Math.abs(advantage)), 0)));
  // What lies beyond the plot is drawn at its edge.
  const x = (ratio: number): number =>
    LEFT + ((Math.max(-reach, Math.min(reach, ratio - 1)) + reach) / (2 * reach)) * (WIDTH - LEFT - RIGHT);
  const y = (advantage: number): number => TOP + ((height - advantage) / (2 * height)) * (HEIGHT - TOP - BOTTOM);
  const [low, high, left, right] = [x(1 - cliprange), x(1 + cliprange), x(1 - reach), x(1 + reach)];
  const [top, zero, bottom] = [y(height), y(0), y(-height)];
  return (
    <svg className={`numeric ${classes["plot"]}`} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={name}>
      <defs>
        <pattern id={hatch} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V7" className={classes["hatch"]} />
        </pattern>
      </defs>
      <rect x={low} y={top} width={high - low} height={bottom - top} className={classes["band"]} />
      <rect x={high} y={top} width={right - high} height={zero - top} fill={`url(#${hatch})`} />
      <rect x={left} y={zero} width={low - left} height={bottom - zero} fill={`url(#${hatch})`} />
      <path d={`M${left} ${zero}H${right}M${x(1)} ${top}V${bottom}`} className={classes["axis"]} />
      {points.map((point, i) =>
        i % stride !== 0 ? null : (
          <Mark key={`${point.row} ${point.token}`} point={point} x={x(point.ratio)} y={y(point.advantage)} onChoose={setView} />
        ),
      )}
      {chosen !== null && <circle cx={x(chosen.ratio)} cy={y(chosen.advantage)} r="7" className={classes["chosen"]} />}
      {[1 - cliprange, 1, 1 + cliprange].map((ratio) => (
        <text key={ratio} x={x(ratio)} y={HEIGHT - 20} textAnchor="middle">
          {numbers.value(ratio)}
        </text>
      ))}
      {[-height, 0, height].map((advantage) => (
        <text key={advantage} x={LEFT - 6} y={y(advantage) + 4} textAnchor="end">
          {numbers.value(advantage)}
        </text>
      ))}
      <text x={(left + right) / 2} y={HEIGHT - 5} textAnchor="middle" className={classes["axisName"]}>
        {t("walk.update.ratioAxis")}
      </text>
      <text
        x={10}
        y={(top + bottom) / 2}
        textAnchor="middle"
        className={classes["axisName"]}
        transform={`rotate(-90 10 ${(top + bottom) / 2})`}
      >
        {t("walk.update.advantageAxis")}
      </text>
    </svg>
  );
});

interface MarkProps {
  readonly point: RatioPoint;
  readonly x: number;
  readonly y: number;
  readonly onChoose: (token: { row: number; token: number }) => void;
}

/** Pressed with a mouse it looks at its token; the strips do the same with the keyboard. */
function Mark({ point: { row, token, cut }, x, y, onChoose }: MarkProps) {
  const choose = (): void => onChoose({ row, token });
  return cut ? (
    <path d={`M${x - 3} ${y - 3}l6 6M${x + 3} ${y - 3}l-6 6`} className={classes["cut"]} onClick={choose} />
  ) : (
    <circle cx={x} cy={y} r="2.8" className={classes["active"]} onClick={choose} />
  );
}
