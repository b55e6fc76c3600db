// One option as a knob: entry with plus and minus, its default, whether it was changed, when a change applies, what is wrong.

import { useId } from "react";
import { REFERENCE_DEFAULTS } from "../../src/config";
import { HelpPopover } from "../help/HelpPopover";
import { ExplainButton } from "../lenses/ExplainButton";
import { useController } from "../run/lab";
import { Lockable } from "../share/Lockable";
import { useLanguage } from "../strings/strings";
import classes from "./KnobField.module.css";
import { type KnobField as Field, knobSpec, rangeText } from "./knobs";
import { NumberEntry, useNumberEntry } from "./NumberEntry";
import { useOption } from "./option";
import { ChangedMark, RestoreButton, WaitingMark } from "./OptionMarks";

interface Props {
  readonly field: Field;
  /** Narrow form without default and range, for fields that stand side by side. */
  readonly stacked?: boolean;
}

export function KnobField({ field, stacked = false }: Props) {
  const { t, numbers } = useLanguage();
  const controller = useController();
  const { value, usual, changed, waiting } = useOption(field);
  const id = useId();
  const entry = useNumberEntry(field, value, (entered) => {
    if (entered !== null) controller.setOption(field, entered);
  });
  const name = t(`knob.${field}`);

  return (
    <div className={classes["knob"]} data-stacked={stacked} data-knob={field} data-changed={changed}>
      <div className={classes["head"]}>
        <label htmlFor={id} className={classes["name"]}>
          {name}
        </label>
        {!stacked && (
          <HelpPopover label={t("settings.about", { name })}>
            <KnobHelp field={field} usual={usual} />
          </HelpPopover>
        )}
        {!stacked && <ExplainButton topic={{ kind: "option", id: field }} />}
      </div>
      <Lockable group="settings">
        <NumberEntry entry={entry} id={id} name={name} describedBy={`${id}-note`} narrow={stacked} />
      </Lockable>
      <div id={`${id}-note`} className={classes["note"]}>
        {entry.problem !== null ? (
          <span className={classes["problem"]} role="alert">
            {entry.problem}
          </span>
        ) : (
          <>
            {changed && <ChangedMark dotOnly={stacked} />}
            {!stacked && <span>{t("settings.default", { value: numbers.option(usual) })}</span>}
            <WaitingMark waiting={waiting} />
          </>
        )}
        <RestoreButton field={field} name={name} />
      </div>
    </div>
  );
}

/** What an option does, its range, unit and both layers of defaults. */
function KnobHelp({ field, usual }: { readonly field: Field; readonly usual: number }) {
  const { t, numbers } = useLanguage();
  const spec = knobSpec(field);
  const facts: readonly (readonly [string, string])[] = [
    [t("settings.scenarioDefault"), numbers.option(usual)],
    [t("settings.referenceDefault"), numbers.option(REFERENCE_DEFAULTS[field])],
    [t("settings.allowed"), rangeText(spec, t, numbers)],
    [t("settings.unit"), t(`unit.${spec.unit}` as "unit.")],
    [t("settings.optionName"), spec.reference ?? field],
  ];
  return (
    <div className={classes["help"]}>
      <p>{t(`help.${field}`)}</p>
      <dl>
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd className="numeric">{fact}</dd>
          </div>
        ))}
      </dl>
      <p className="dim">{t(spec.live ? "settings.live" : "settings.notLive")}</p>
    </div>
  );
}
