// Where two sets of options differ, one entry an option.

import { optionName } from "../config/optionTexts";
import { valueText } from "../config/valueText";
import type { OptionChange } from "../run/runState";
import { useLanguage } from "../strings/strings";
import classes from "./FailureCard.module.css";

export function Differences({ changes }: { readonly changes: readonly OptionChange[] }) {
  const { t, numbers, language } = useLanguage();
  const text = (field: OptionChange["field"], value: OptionChange["from"]): string =>
    field === "rewardModel" && value === "" ? t("failures.usualReward") : valueText(value, t, numbers);
  if (changes.length === 0) return <>{t("failures.noDifference")}</>;
  return (
    <ul className={classes["differences"]}>
      {changes.map(({ field, from, to }) => (
        <li key={field}>
          {optionName(field, language)}{" "}
          <b className="numeric">
            {text(field, from)} → {text(field, to)}
          </b>
        </li>
      ))}
    </ul>
  );
}
