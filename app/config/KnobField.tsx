// One option as a knob: entry with plus and minus, its default, whether it was changed, when a change applies, what is wrong.

import { useId, useState } from "react";
import { REFERENCE_DEFAULTS } from "../../src/config";
import { HelpPopover } from "../help/HelpPopover";
import { RestoreIcon } from "../icons";
import { useController, useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import classes from "./KnobField.module.css";
import { entryProblem, type KnobField as Field, knobSpec, nudged, rangeText } from "./knobs";
import { parseNumber } from "./parseNumber";
import { useScenarioDefaults } from "./scenarioDefaults";

interface Props {
  readonly field: Field;
  /** Narrow form without default and range, for fields that stand side by side. */
  readonly stacked?: boolean;
}

export function KnobField({ field, stacked = false }: Props) {
  const { t, numbers } = useLanguage();
  const controller = useController();
  const value = useRun((state) => state.config[field]);
  const running = useRun((state) => (state.runConfig === null || state.status === "finished" ? null : state.runConfig[field]));
  const usual = useScenarioDefaults()[field];
  // What is being typed, for as long as the option keeps the value it was typed over.
  const [typed, setTyped] = useState<{ readonly text: string; readonly over: number } | null>(null);
  const id = useId();

  const text = typed?.over === value ? typed.text : numbers.option(value);
  const spec = knobSpec(field);
  const name = t(`knob.${field}`);
  const problem = entryProblem(field, parseNumber(text), value, t, numbers);
  const changed = value !== usual;
  const waiting = running !== null && running !== value;

  // Committed on Enter or on leaving the field: "1e-4" must not pass through 1.
  const commit = (): void => {
    const entry = parseNumber(text);
    if (entry === null || problem !== null) return;
    setTyped(null);
    if (entry !== value) controller.setOption(field, entry);
  };
  const nudge = (direction: 1 | -1): void => controller.setOption(field, nudged(field, value, direction));

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
      </div>
      <div className={classes["stepper"]} data-invalid={problem !== null}>
        <button type="button" aria-label={t("settings.decrease", { name })} onClick={() => nudge(-1)} tabIndex={stacked ? -1 : 0}>
          −
        </button>
        <input
          id={id}
          className="numeric"
          inputMode="decimal"
          autoComplete="off"
          spellCheck={false}
          value={text}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-note`}
          onChange={(event) => setTyped({ text: event.currentTarget.value, over: value })}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === "Enter") commit();
            if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
            event.preventDefault();
            nudge(event.key === "ArrowUp" ? 1 : -1);
          }}
        />
        <button type="button" aria-label={t("settings.increase", { name })} onClick={() => nudge(1)} tabIndex={stacked ? -1 : 0}>
          +
        </button>
      </div>
      <div id={`${id}-note`} className={classes["note"]}>
        {problem !== null ? (
          <span className={classes["problem"]} role="alert">
            {problem}
          </span>
        ) : (
          <>
            {changed && (
              <span className={classes["changed"]}>
                <span className={stacked ? "hidden-visually" : undefined}>{t("settings.changed")}</span>
              </span>
            )}
            {!stacked && <span>{t("settings.default", { value: numbers.option(usual) })}</span>}
            {waiting && <span className={classes["waiting"]}>{t(spec.live ? "settings.fromNextStep" : "settings.afterReset")}</span>}
          </>
        )}
        {changed && (
          <button
            type="button"
            className={classes["restore"]}
            aria-label={t("settings.restore", { name })}
            title={t("settings.restore", { name })}
            onClick={() => controller.setOption(field, usual)}
          >
            <RestoreIcon />
          </button>
        )}
      </div>
    </div>
  );
}

/** What an option does, its range, unit and both layers of defaults. */
export function KnobHelp({ field, usual }: { readonly field: Field; readonly usual: number }) {
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
