// Every number of the token, four to a row.

import type { TokenNumbers } from "../lenses/tokenAt";
import { type StringKey, useLanguage } from "../strings/strings";
import { useCells } from "./cells";
import type { Look } from "./look";
import classes from "./TokenInspector.module.css";

interface Props {
  readonly look: Look;
  readonly token: TokenNumbers | null;
}

export function NumberGrid({ look, token }: Props) {
  const { t, numbers } = useLanguage();
  const cell = useCells();
  const { scoring, credit, update } = token ?? { scoring: null, credit: null, update: null };
  const percent = (logprob: number | undefined): string => (logprob === undefined ? "–" : numbers.precise(Math.exp(logprob)));
  const entries: readonly (readonly [StringKey, string, string])[] = [
    ["inspect.logprob", "logprob", cell(scoring?.logprob)],
    ["inspect.refLogprob", "refLogprob", cell(scoring?.refLogprob)],
    ["inspect.probability", "probability", percent(scoring?.logprob)],
    ["inspect.refProbability", "refProbability", percent(scoring?.refLogprob)],
    ["inspect.kl", "kl", cell(scoring?.kl)],
    ["inspect.reward", "reward", cell(scoring?.reward)],
    ["inspect.value", "value", cell(credit?.value)],
    ["inspect.return", "return", cell(credit?.ret)],
    ["inspect.rawAdvantage", "rawAdvantage", cell(credit?.rawAdvantage)],
    ["inspect.advantage", "advantage", cell(credit?.advantage)],
    ["inspect.ratio", "ratio", cell(update?.ratio)],
    ["inspect.newValue", "newValue", cell(update?.newValue)],
  ];
  const stillGrowing = look.step.record === null && update === null;
  return (
    <section className={classes["part"]} aria-label={t("inspect.numbers")}>
      {scoring !== null && (
        <dl className={classes["numbers"]}>
          {entries.map(([label, id, text]) => (
            <div key={id}>
              <dt>{t(label)}</dt>
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
