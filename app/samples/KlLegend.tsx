// The key to the tokens' colours and underlines, and the numbers of the token one points at.

import { useLanguage } from "../strings/strings";
import classes from "./KlLegend.module.css";
import { KL_BOUNDS } from "./klLevel";
import type { TokenInFocus } from "./SamplesPanel";
import tokenClasses from "./Token.module.css";

export function KlLegend({ focus }: { readonly focus: TokenInFocus | null }) {
  const { t, numbers } = useLanguage();
  const [weak, middle, strong] = KL_BOUNDS.map((bound) => numbers.value(bound)) as [string, string, string];
  const swatches: readonly (readonly [number, string])[] = [
    [-3, `≤ −${strong}`],
    [-2, `−${middle}`],
    [-1, `−${weak}`],
    [0, "0"],
    [1, `+${weak}`],
    [2, `+${middle}`],
    [3, `≥ +${strong}`],
  ];
  return (
    <div className={classes["legend"]}>
      <figure className={classes["scale"]} aria-label={t("samples.legend")}>
        <span className={classes["end"]}>{t("samples.legendLess")}</span>
        {swatches.map(([level, text]) => (
          <span key={level} className={`numeric ${tokenClasses["token"]} ${classes["swatch"]}`} data-level={level}>
            {text}
          </span>
        ))}
        <span className={classes["end"]}>{t("samples.legendMore")}</span>
        <span className={classes["unit"]}>{t("samples.legendUnit")}</span>
      </figure>
      <p className={`numeric ${classes["focus"]}`} data-testid="token-numbers">
        {focus === null || focus.numbers === null ? (
          <span className="dim">{t("samples.tokenHint")}</span>
        ) : (
          <>
            <b>{focus.text}</b>{" "}
            {t("samples.tokenNumbers", {
              kl: numbers.change(focus.numbers.kl),
              policy: numbers.percent(Math.exp(focus.numbers.logprob)),
              reference: numbers.percent(Math.exp(focus.numbers.refLogprob)),
              reward: numbers.change(focus.numbers.reward),
            })}
          </>
        )}
      </p>
    </div>
  );
}
