// What is said of an option beside its control: that it was changed, when a change applies; and the button that takes it back.

import type { ConfigField } from "../../src/config";
import { RestoreIcon } from "../icons";
import { useController } from "../run/lab";
import { useRestriction } from "../share/share";
import { useLanguage } from "../strings/strings";
import classes from "./OptionMarks.module.css";
import { type OptionState, useOption } from "./option";

/** `dotOnly`: the word is for screen readers. */
export function ChangedMark({ dotOnly = false }: { readonly dotOnly?: boolean }) {
  const { t } = useLanguage();
  return (
    <span className={classes["changed"]}>
      <span className={dotOnly ? "hidden-visually" : undefined}>{t("settings.changed")}</span>
    </span>
  );
}

/** Nothing while the run under way has the option's value. */
export function WaitingMark({ waiting }: Pick<OptionState<ConfigField>, "waiting">) {
  const { t } = useLanguage();
  return waiting !== null && <span className={classes["waiting"]}>{t(`settings.${waiting}`)}</span>;
}

/** Sets the option to the scenario's default; nothing where it has that, or settings are locked. */
export function RestoreButton({ field, name }: { readonly field: ConfigField; readonly name: string }) {
  const { t } = useLanguage();
  const controller = useController();
  const { usual, changed } = useOption(field);
  const restriction = useRestriction("settings");
  if (!changed || restriction !== "none") return null;
  return (
    <button
      type="button"
      className={`icon-button ${classes["restore"]}`}
      aria-label={t("settings.restore", { name })}
      title={t("settings.restore", { name })}
      onClick={() => controller.setOptions({ [field]: usual })}
    >
      <RestoreIcon />
    </button>
  );
}
