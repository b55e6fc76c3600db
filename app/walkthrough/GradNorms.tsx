// The gradients' norms of the step's minibatches as bars, with the limit that longer ones are cut to.

import { memo } from "react";
import type { Look } from "../inspector/look";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import cardClasses from "./PhaseCard.module.css";
import classes from "./GradNorms.module.css";

/** Bars drawn at once. */
const SHOWN = 64;

export const GradNorms = memo(function GradNorms({ look }: { readonly look: Look }) {
  const { t, numbers } = useLanguage();
  const setView = useSetView();
  const { minibatches } = look.step;
  const limit = look.config.maxGradNorm;
  const first = Math.max(0, Math.min(look.minibatch - (SHOWN >> 1), minibatches.length - SHOWN));
  const shown = minibatches.slice(first, first + SHOWN);
  const most = Math.max(limit ?? 0, ...shown.map(({ gradNorm }) => gradNorm ?? 0)) || 1;
  const known = minibatches.filter(({ gradNorm }) => gradNorm !== null).length;
  const cut = minibatches.filter(({ gradNorm }) => limit !== null && gradNorm !== null && gradNorm > limit).length;
  const count = numbers.whole(known);
  const name =
    limit === null
      ? t("walk.update.normsUncut", { count })
      : t("walk.update.normsName", { count, cut: numbers.whole(cut), limit: numbers.value(limit) });
  return (
    <figure className={classes["figure"]} data-testid="grad-norms">
      <figcaption className={cardClasses["title"]}>{t("walk.update.norms")}</figcaption>
      <div className={classes["bars"]} role="img" aria-label={name}>
        {shown.map(({ gradNorm }, i) => {
          const place = first + i;
          return (
            <span
              key={place}
              className={classes["slot"]}
              data-selected={place === look.minibatch || undefined}
              onClick={() => setView({ minibatch: place })}
            >
              {gradNorm !== null && (
                <span
                  className={classes["bar"]}
                  data-over={limit !== null && gradNorm > limit}
                  style={{ height: `${(100 * gradNorm) / most}%` }}
                />
              )}
            </span>
          );
        })}
        {limit !== null && (
          <span className={classes["limit"]} style={{ bottom: `${(100 * limit) / most}%` }}>
            <span className="numeric">{numbers.value(limit)}</span>
          </span>
        )}
      </div>
      <p className={cardClasses["note"]}>{name}</p>
    </figure>
  );
});
