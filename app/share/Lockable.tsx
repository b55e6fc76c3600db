// Controls that an opened link may lock or hide. Locked ones stay in sight, disabled by the browser itself, and say why.

import type { ReactNode } from "react";
import { useLanguage } from "../strings/strings";
import type { ControlGroup } from "./controlGroups";
import classes from "./Lockable.module.css";
import { useRestriction } from "./share";

export function Lockable({ group, children }: { readonly group: ControlGroup; readonly children: ReactNode }) {
  const { t } = useLanguage();
  const restriction = useRestriction(group);
  if (restriction === "hidden") return null;
  if (restriction === "none") return children;
  return (
    <fieldset disabled className={classes["locked"]} title={t("share.lockedWhy")} aria-label={t("share.lockedWhy")} data-locked={group}>
      {children}
    </fieldset>
  );
}

/** The same for a single field: what it is given while it is locked. */
export function useLock(group: ControlGroup): { readonly disabled: boolean; readonly title?: string } {
  const { t } = useLanguage();
  return useRestriction(group) === "locked" ? { disabled: true, title: t("share.lockedWhy") } : { disabled: false };
}
