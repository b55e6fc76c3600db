// The clipped objective and the value loss with this token's numbers put in, and the branch of each that counts.

import { Formula } from "../formula/Formula";
import { texNumber } from "../lenses/stageNumbers";
import type { TokenNumbers } from "../lenses/tokenAt";
import { useLanguage } from "../strings/strings";
import { Branches } from "./Branches";
import type { Look } from "./look";
import { policyTerm, valueTerm } from "./objective";
import { Passes } from "./Passes";
import classes from "./TokenInspector.module.css";

interface Props {
  readonly look: Look;
  readonly token: TokenNumbers | null;
}

const NOTHING: Pick<TokenNumbers, "update" | "credit" | "scoring"> = { update: null, credit: null, scoring: null };

const raw = String.raw;

export function LossTerms({ look, token }: Props) {
  const { t, numbers } = useLanguage();
  const { update, credit, scoring } = token ?? NOTHING;
  if (update === null || credit === null || scoring === null)
    return look.step.record === null ? (
      <section className={classes["part"]} aria-label={t("inspect.objective")}>
        <p className={classes["note"]}>{t("inspect.updateLater")}</p>
      </section>
    ) : null;
  if (Number.isNaN(update.ratio))
    return (
      <section className={classes["part"]} aria-label={t("inspect.objective")}>
        <p className={classes["note"]}>{t("inspect.noRatio")}</p>
      </section>
    );
  const n = (x: number): string => texNumber(numbers.precise(x));
  const { cliprange, cliprangeValue, baseline } = look.config;
  const policy = policyTerm(update.ratio, credit.advantage, cliprange);
  const value = valueTerm({ value: update.newValue, oldValue: credit.value, ret: credit.ret, cliprangeValue });
  /** Behind an operator a negative number stands in brackets. */
  const behind = (x: number): string => (x < 0 ? `(${n(x)})` : n(x));
  return (
    <>
      <section className={classes["part"]} aria-label={t("inspect.objective")} data-testid="objective" data-branch={policy.branch}>
        <h3 className={classes["title"]}>{t("inspect.objective")}</h3>
        <Formula tex={raw`L=\min\big(\rho A,\ \operatorname{clip}(\rho,1-\epsilon,1+\epsilon)\,A\big)`} />
        <Formula tex={raw`\rho=e^{${n(update.newLogprob)}-${behind(scoring.logprob)}}=${n(update.ratio)}`} />
        <Branches
          branch={policy.branch}
          wins="inspect.winsSmaller"
          unclipped={raw`\rho A=${n(update.ratio)}\cdot ${behind(credit.advantage)}=${n(policy.unclipped)}`}
          clipped={raw`\operatorname{clip}(\rho)A=${n(policy.clippedRatio)}\cdot ${behind(credit.advantage)}=${n(policy.clipped)}`}
        />
        <Formula tex={raw`L=${n(policy.objective)}`} />
        {token !== null && <Passes look={look} token={token} />}
      </section>
      <section className={classes["part"]} aria-label={t("inspect.valueLoss")} data-testid="value-loss" data-branch={value.branch}>
        <h3 className={classes["title"]}>{t("inspect.valueLoss")}</h3>
        {baseline === "valueHead" ? (
          <>
            <Formula tex={raw`L^V=\tfrac12\max\big((V-G)^2,\ (V_{\mathrm{clip}}-G)^2\big)`} />
            <Formula
              tex={raw`V_{\mathrm{clip}}=\operatorname{clip}(${n(update.newValue)},\,${n(credit.value)}\pm ${n(cliprangeValue)})=${n(value.clippedValue)}`}
            />
            <Branches
              branch={value.branch}
              wins="inspect.winsLarger"
              unclipped={raw`(${n(update.newValue)}-${behind(credit.ret)})^2=${n(value.unclipped)}`}
              clipped={raw`(${n(value.clippedValue)}-${behind(credit.ret)})^2=${n(value.clipped)}`}
            />
            <Formula tex={raw`L^V=${n(value.loss)}`} />
          </>
        ) : (
          <p className={classes["note"]}>{t("inspect.noValueLoss")}</p>
        )}
      </section>
    </>
  );
}
