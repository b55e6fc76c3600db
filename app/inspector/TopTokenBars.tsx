// The most probable tokens here under three policies, side by side: the one that sampled, the reference, the updated one.

import { useLanguage } from "../strings/strings";
import type { Look } from "./look";
import classes from "./TopTokenBars.module.css";
import { alternativesAt, POLICIES, type TopToken } from "./topTokens";

export function TopTokenBars({ look }: { readonly look: Look }) {
  const { t, numbers } = useLanguage();
  const known = alternativesAt(look.step, look.row, look.token);
  return (
    <section className={classes["part"]} aria-label={t("inspect.top")} data-testid="top-tokens">
      <h3 className={classes["title"]}>{t("inspect.top")}</h3>
      {"policies" in known ? (
        <div className={classes["policies"]}>
          {POLICIES.map((policy) => {
            const tokens = known.policies[policy];
            return (
              <div key={policy} className={classes["policy"]} data-policy={policy}>
                <h4>{t(`inspect.top.${policy}`)}</h4>
                {tokens === null ? <p className={classes["note"]}>{t("inspect.top.afterUpdate")}</p> : <Bars tokens={tokens} look={look} />}
              </div>
            );
          })}
        </div>
      ) : (
        <p className={classes["note"]}>
          {known.why === "row" && t("inspect.top.row", { rows: numbers.whole(known.rows) })}
          {known.why === "notRecorded" && t("inspect.top.notRecorded")}
          {known.why === "notYet" && t("inspect.top.notYet")}
        </p>
      )}
    </section>
  );
}

function Bars({ tokens, look }: { readonly tokens: readonly TopToken[]; readonly look: Look }) {
  const { t, numbers } = useLanguage();
  return (
    <ol className={classes["bars"]}>
      {tokens.map(({ id, probability, sampled }) => (
        <li key={id} data-sampled={sampled || undefined}>
          <span className={classes["bar"]} style={{ width: `${100 * probability}%` }} aria-hidden="true" />
          <span className={classes["text"]}>
            {sampled && (
              <>
                <span aria-hidden="true">● </span>
                <span className="hidden-visually">{t("inspect.top.sampled")}: </span>
              </>
            )}
            {look.textOf(id)}
          </span>
          <span className="numeric">{probability < 0.005 ? numbers.value(probability) : numbers.percent(probability)}</span>
        </li>
      ))}
    </ol>
  );
}
