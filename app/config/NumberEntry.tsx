// Entry of one number with plus and minus: what is typed is used on Enter or on leaving, if it may be; the arrow keys step.

import { useState } from "react";
import { useLanguage } from "../strings/strings";
import { entryProblem, knobSpec, type NumberOption, nudged } from "./knobs";
import classes from "./NumberEntry.module.css";
import { parseNumber } from "./parseNumber";

export interface NumberEntryState {
  readonly text: string;
  /** What is wrong with the text; null when it may be used. */
  readonly problem: string | null;
  readonly type: (text: string) => void;
  readonly commit: () => void;
  readonly nudge: (direction: 1 | -1) => void;
}

/** Hands `onEntry` a value that the option allows; null where it may be empty. */
export function useNumberEntry(field: NumberOption, value: number | null, onEntry: (value: number | null) => void): NumberEntryState {
  const { t, numbers } = useLanguage();
  // What is being typed, for as long as the option keeps the value it was typed over.
  const [typed, setTyped] = useState<{ readonly text: string; readonly over: number | null } | null>(null);
  const typing = typed !== null && typed.over === value;
  const text = typing ? typed.text : value === null ? "" : numbers.option(value);
  const empty = knobSpec(field).nullable === true && text.trim() === "";
  const entry = parseNumber(text);
  const problem = empty ? null : entryProblem(field, entry, value, t, numbers);
  return {
    text,
    problem,
    type: (entered) => setTyped({ text: entered, over: value }),
    // Not used at every letter: "1e-4" must not pass through 1.
    commit: () => {
      if (problem !== null) return;
      setTyped(null);
      if (entry !== value) onEntry(entry);
    },
    nudge: (direction) => onEntry(nudged(field, value, direction)),
  };
}

interface Props {
  readonly entry: NumberEntryState;
  /** Of the input, for its label. */
  readonly id: string;
  readonly name: string;
  readonly describedBy: string;
  readonly placeholder?: string | undefined;
  /** Slim plus and minus, out of the tab order, where fields stand close together. */
  readonly narrow?: boolean;
}

export function NumberEntry({ entry, id, name, describedBy, placeholder, narrow = false }: Props) {
  const { t } = useLanguage();
  const sign = (direction: 1 | -1) => (
    <button
      type="button"
      aria-label={t(direction > 0 ? "settings.increase" : "settings.decrease", { name })}
      onClick={() => entry.nudge(direction)}
      tabIndex={narrow ? -1 : 0}
    >
      {direction > 0 ? "+" : "−"}
    </button>
  );
  const invalid = entry.problem !== null;
  return (
    <div className={classes["stepper"]} data-invalid={invalid} data-narrow={narrow}>
      {sign(-1)}
      <input
        id={id}
        className="numeric"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        value={entry.text}
        placeholder={placeholder}
        aria-invalid={invalid}
        aria-describedby={describedBy}
        onChange={(event) => entry.type(event.currentTarget.value)}
        onBlur={entry.commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") entry.commit();
          if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
          event.preventDefault();
          entry.nudge(event.key === "ArrowUp" ? 1 : -1);
        }}
      />
      {sign(1)}
    </div>
  );
}
