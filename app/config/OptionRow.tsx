// One option in the list of all: name, what it does, its control, both layers of defaults, range and unit, and whether it was changed.

import { memo, useId } from "react";
import { type ConfigField, type Field, FIELDS, REFERENCE_DEFAULTS } from "../../src/config";
import { Lockable } from "../share/Lockable";
import type { NumberWriter } from "../strings/numbers";
import { type Translate, useLanguage } from "../strings/strings";
import { rangeText } from "./knobs";
import { useOption } from "./option";
import { OptionControl } from "./OptionControl";
import { ChangedMark, RestoreButton, WaitingMark } from "./OptionMarks";
import classes from "./OptionRow.module.css";
import { optionHelp, optionName } from "./optionTexts";
import { valueText } from "./valueText";

export const OptionRow = memo(function OptionRow({ field }: { readonly field: ConfigField }) {
  const { t, numbers, language } = useLanguage();
  const { value, usual, changed, waiting } = useOption(field);
  const id = useId();
  const spec = FIELDS[field];
  const name = optionName(field, language);
  const reference = REFERENCE_DEFAULTS[field];
  return (
    <li className={classes["row"]} data-option={field} data-changed={changed}>
      <div className={classes["words"]}>
        <div className={classes["head"]}>
          <label htmlFor={id} className={classes["name"]}>
            {name}
          </label>
          <code className={classes["code"]}>{spec.reference ?? field}</code>
          {spec.reference === null && <span className={classes["own"]}>{t("options.labOnly")}</span>}
        </div>
        <p id={`${id}-help`} className={classes["help"]}>
          {optionHelp(field, language)}
        </p>
        <p className={`numeric ${classes["facts"]}`}>
          <span>{t("settings.default", { value: valueText(usual, t, numbers) })}</span>
          {reference !== usual && <span>{t("options.reference", { value: valueText(reference, t, numbers) })}</span>}
          {factsOf(spec, t, numbers).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
          <span>{t(spec.live === true ? "options.live" : "options.fixed")}</span>
        </p>
      </div>
      <div className={classes["control"]}>
        <Lockable group="settings">
          <OptionControl field={field} value={value} id={id} name={name} describedBy={`${id}-help`} />
        </Lockable>
        <div className={classes["state"]}>
          {changed && <ChangedMark />}
          <WaitingMark waiting={waiting} />
          <RestoreButton field={field} name={name} />
        </div>
      </div>
    </li>
  );
});

/** Range and unit, where the option has them. */
function factsOf(spec: Field, t: Translate, numbers: NumberWriter): string[] {
  if (spec.kind !== "integer" && spec.kind !== "number") return [];
  return [rangeText(spec, t, numbers), ...(spec.unit === "" ? [] : [t(`unit.${spec.unit}` as "unit.")])];
}
