// The key to the strips' colours and underlines: seven levels with their bounds, and what the number is.

import { useLanguage } from "../strings/strings";
import tokenClasses from "../samples/Token.module.css";
import type { Colouring } from "../view/viewState";
import { colouredNumber, scaleOf } from "./colouring";
import type { Look } from "./look";
import classes from "./ResponseList.module.css";

interface Props {
  readonly look: Look;
  readonly colouring: Colouring;
}

export function ColouringLegend({ look, colouring }: Props) {
  const { t, numbers } = useLanguage();
  const { middle, bounds } = scaleOf(colouring, look.config.cliprange);
  const [weak, medium, strong] = bounds;
  const written = (distance: number): string =>
    middle === 0 ? `${distance > 0 ? "+" : ""}${numbers.value(distance)}` : numbers.value(middle + distance);
  const swatches: readonly (readonly [number, string])[] = [
    [-3, `≤ ${written(-strong)}`],
    [-2, written(-medium)],
    [-1, written(-weak)],
    [0, numbers.value(middle)],
    [1, written(weak)],
    [2, written(medium)],
    [3, `≥ ${written(strong)}`],
  ];
  const first = look.numbersAt(0);
  const unknown = first === null || Number.isNaN(colouredNumber(first, colouring, look.config.cliprange));
  return (
    <div className={classes["legend"]} data-testid="colouring-legend" data-colouring={colouring}>
      <figure className={classes["scale"]} aria-label={t("inspect.legend", { colouring: t(`inspect.colouring.${colouring}`) })}>
        {swatches.map(([level, text]) => (
          <span key={level} className={`numeric ${tokenClasses["token"]} ${classes["swatch"]}`} data-level={level}>
            {text}
          </span>
        ))}
      </figure>
      <p className={classes["ends"]}>
        <span>{t("inspect.less")}</span>
        {(colouring === "ratio" || colouring === "objective") && <span>{t("inspect.cut")}</span>}
        <span>{t("inspect.more")}</span>
      </p>
      <p className={classes["about"]}>{unknown ? t("inspect.noNumbers") : t(`inspect.about.${colouring}`)}</p>
    </div>
  );
}
