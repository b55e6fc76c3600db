// The key to the tokens' colours and underlines, and the numbers of the token one points at.

import { useLanguage } from "../strings/strings";
import classes from "./KlLegend.module.css";
import { KL_BOUNDS } from "./klLevel";
import type { SampleToken } from "./sampleBatch";
import tokenClasses from "./Token.module.css";
import { shownText } from "./tokenText";

interface Props {
  /** The token someone points at. */
  readonly token: SampleToken | null;
  /** Text of every token id. */
  readonly tokenTexts: readonly string[];
}

export function KlLegend({ token, tokenTexts }: Props) {
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
        {token === null || token.numbers === null ? (
          <span className="dim">{t("samples.tokenHint")}</span>
        ) : (
          <>
            <b>{shownText(token.id, tokenTexts)}</b>{" "}
            {t("samples.tokenNumbers", {
              kl: numbers.change(token.numbers.kl),
              policy: numbers.percent(Math.exp(token.numbers.logprob)),
              reference: numbers.percent(Math.exp(token.numbers.refLogprob)),
              reward: numbers.change(token.numbers.reward),
            })}
          </>
        )}
      </p>
    </div>
  );
}
