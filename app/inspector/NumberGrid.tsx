// Every number of the token, four to a row.

import type { TokenNumbers } from "../lenses/tokenAt";
import { useLanguage } from "../strings/strings";
import type { Look } from "./look";
import { tokenEntries } from "./tokenEntries";
import classes from "./TokenInspector.module.css";

interface Props {
  readonly look: Look;
  readonly token: TokenNumbers | null;
}

export function NumberGrid({ look, token }: Props) {
  const { t, numbers } = useLanguage();
  const { scoring, update } = token ?? { scoring: null, update: null };
  const stillGrowing = look.step.record === null && update === null;
  return (
    <section className={classes["part"]} aria-label={t("inspect.numbers")}>
      {scoring !== null && (
        <dl className={classes["numbers"]}>
          {tokenEntries(token, numbers).map(([id, text]) => (
            <div key={id}>
              <dt>{t(`inspect.${id}`)}</dt>
              <dd className="numeric" data-number={id}>
                {text}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {update !== null && (
        <p className={classes["note"]}>
          {t("inspect.inMinibatch", {
            epoch: numbers.whole(update.minibatch.epoch + 1),
            index: numbers.whole(update.minibatch.index + 1),
          })}
        </p>
      )}
      {stillGrowing && <p className={classes["note"]}>{t("inspect.waiting")}</p>}
    </section>
  );
}
