// What the update did with the token, at a glance: pushed up, pushed down, or stopped by the clip; its probability before and after.

import type { TokenNumbers } from "../lenses/tokenAt";
import { useLanguage } from "../strings/strings";
import type { Look } from "./look";
import { policyTerm, valueTerm } from "./objective";
import classes from "./TokenInspector.module.css";
import { alternativesAt } from "./topTokens";

interface Props {
  readonly look: Look;
  readonly token: TokenNumbers | null;
}

export function Badges({ look, token }: Props) {
  const { t, numbers } = useLanguage();
  const { config } = look;
  const known = alternativesAt(look.step, look.row, look.token);
  const after = "policies" in known ? known.updatedLogprob : null;
  const before = token?.scoring?.logprob ?? null;
  const update = token?.update ?? null;
  const credit = token?.credit ?? null;
  return (
    <>
      {update !== null && credit !== null && !Number.isNaN(update.ratio) && (
        <p className={classes["badges"]} data-testid="badges">
          <PolicyBadge
            skipped={update.minibatch.skipped}
            clipped={policyTerm(update.ratio, credit.advantage, config.cliprange).branch === "clipped"}
            advantage={credit.advantage}
          />
          {config.baseline === "valueHead" &&
            valueTerm({
              value: update.newValue,
              oldValue: credit.value,
              ret: credit.ret,
              cliprangeValue: config.cliprangeValue,
            }).branch === "clipped" && (
              <span className={classes["badge"]} data-kind="stopped">
                ⊘ {t("inspect.valueClipped")}
              </span>
            )}
        </p>
      )}
      {before !== null && after !== null && (
        <p className={`numeric ${classes["change"]}`} data-testid="probability-change">
          {t("inspect.change", { before: numbers.precise(Math.exp(before)), after: numbers.precise(Math.exp(after)) })}
          <b data-direction={after >= before ? "up" : "down"}> {after >= before ? "▲" : "▼"}</b>
        </p>
      )}
    </>
  );
}

function PolicyBadge({
  skipped,
  clipped,
  advantage,
}: {
  readonly skipped: boolean;
  readonly clipped: boolean;
  readonly advantage: number;
}) {
  const { t } = useLanguage();
  if (skipped || clipped)
    return (
      <span className={classes["badge"]} data-kind="stopped" data-testid="clipped-badge">
        ⊘ {t(skipped ? "inspect.skippedBadge" : "inspect.clipped")}
      </span>
    );
  const up = advantage >= 0;
  return (
    <span className={classes["badge"]} data-kind={up ? "up" : "down"}>
      {up ? "▲" : "▼"} {t(up ? "inspect.up" : "inspect.down")}
    </span>
  );
}
