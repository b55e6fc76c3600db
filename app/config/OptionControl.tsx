// The control of one option of any kind; every kind keeps the old value until a new one may be used.

import { useState } from "react";
import { type ConfigField, FIELDS, type LabConfig } from "../../src/config";
import { useController } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { type NumberOption } from "./knobs";
import { NumberEntry, useNumberEntry } from "./NumberEntry";
import classes from "./OptionControl.module.css";

interface Props<K extends ConfigField> {
  readonly field: K;
  readonly value: LabConfig[K];
  readonly id: string;
  readonly name: string;
  readonly describedBy: string;
}

export function OptionControl({ field, value, ...rest }: Props<ConfigField>) {
  const spec = FIELDS[field];
  switch (spec.kind) {
    case "integer":
    case "number":
      return <NumberControl field={field as NumberOption} value={value as number | null} {...rest} />;
    case "boolean":
      return <BooleanControl field={field} value={value as boolean | null} nullable={spec.nullable === true} {...rest} />;
    case "choice":
      return <ChoiceControl field={field} value={value as string} choices={spec.choices} {...rest} />;
    case "text":
      return <TextControl field={field} value={value as string} maxLength={spec.maxLength} {...rest} />;
  }
}

type Common = Omit<Props<ConfigField>, "value">;

/** Hands on a value that the option's kind allows. */
function useSet(field: ConfigField): (value: LabConfig[ConfigField]) => void {
  const controller = useController();
  return (value) => controller.setOptions({ [field]: value });
}

function NumberControl({ field, value, id, name, describedBy }: Common & { readonly field: NumberOption; readonly value: number | null }) {
  const { t } = useLanguage();
  const set = useSet(field);
  const entry = useNumberEntry(field, value, set);
  return (
    <div>
      <NumberEntry entry={entry} id={id} name={name} describedBy={`${id}-problem ${describedBy}`} placeholder={t("settings.none")} />
      <p id={`${id}-problem`} className={classes["problem"]} role={entry.problem === null ? undefined : "alert"}>
        {entry.problem}
      </p>
    </div>
  );
}

function BooleanControl({
  field,
  value,
  nullable,
  id,
  describedBy,
}: Common & { readonly value: boolean | null; readonly nullable: boolean }) {
  const { t } = useLanguage();
  const set = useSet(field);
  if (nullable)
    return (
      <select
        id={id}
        className={classes["select"]}
        aria-describedby={describedBy}
        value={String(value)}
        onChange={({ currentTarget }) => set(currentTarget.value === "null" ? null : currentTarget.value === "true")}
      >
        <option value="null">{t("options.follows", { name: "ppoScoreNorm" })}</option>
        <option value="true">{t("options.on")}</option>
        <option value="false">{t("options.off")}</option>
      </select>
    );
  return (
    <label className={classes["switch"]}>
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-describedby={describedBy}
        checked={value === true}
        onChange={({ currentTarget }) => set(currentTarget.checked)}
      />
      <span aria-hidden="true" className={classes["track"]} />
      <span aria-hidden="true">{t(value === true ? "options.on" : "options.off")}</span>
    </label>
  );
}

function ChoiceControl({
  field,
  value,
  choices,
  id,
  describedBy,
}: Common & { readonly value: string; readonly choices: readonly string[] }) {
  const set = useSet(field);
  return (
    <select
      id={id}
      className={classes["select"]}
      aria-describedby={describedBy}
      value={value}
      onChange={({ currentTarget }) => set(currentTarget.value)}
    >
      {choices.map((choice) => (
        <option key={choice}>{choice}</option>
      ))}
    </select>
  );
}

function TextControl({ field, value, maxLength, id, describedBy }: Common & { readonly value: string; readonly maxLength: number }) {
  const { t } = useLanguage();
  const set = useSet(field);
  const [typed, setTyped] = useState<{ readonly text: string; readonly over: string } | null>(null);
  const text = typed?.over === value ? typed.text : value;
  const commit = (): void => {
    setTyped(null);
    if (text.trim() !== value) set(text.trim());
  };
  return (
    <input
      id={id}
      className={classes["text"]}
      aria-describedby={describedBy}
      maxLength={maxLength}
      autoComplete="off"
      spellCheck={false}
      placeholder={t("options.empty")}
      value={text}
      onChange={({ currentTarget }) => setTyped({ text: currentTarget.value, over: value })}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
      }}
    />
  );
}
