// Which response the phase's table is about, with its prompt.

import type { Look } from "../inspector/look";
import { useLanguage } from "../strings/strings";
import classes from "./PhaseCard.module.css";

export function ResponseHead({ look: { step, row, responses, numbersAt } }: { readonly look: Look }) {
  const { t, numbers } = useLanguage();
  const prompt = responses.prompt(row);
  const unknown = step.scoring !== null && Number.isNaN(numbersAt(0)?.scoring?.logprob);
  return (
    <>
      <h3 className={classes["title"]} data-testid="phase-response">
        {t("walk.response", { row: numbers.whole(row + 1) })}
      </h3>
      {prompt !== null && (
        <p className={classes["prompt"]}>
          {t("walk.prompt")}: {prompt}
        </p>
      )}
      {unknown && <p className={classes["note"]}>{t("walk.noNumbers")}</p>}
    </>
  );
}
