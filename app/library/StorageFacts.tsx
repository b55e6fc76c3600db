// How much of the browser's space the site uses, and whether the browser keeps it when the disk fills up.

import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useLanguage } from "../strings/strings";
import type { Act } from "./RunsDialog";
import classes from "./RunsDialog.module.css";
import { useLibrary } from "./useLibrary";
import { spaceText } from "./words";

export function StorageFacts({ act, children }: { readonly act: Act; readonly children: ReactNode }) {
  const { t, numbers } = useLanguage();
  const space = useLibrary((state) => state.space);
  const known = space !== null && space.used !== null && space.quota !== null ? { used: space.used, quota: space.quota } : null;
  const ask = (): void => {
    void act(async (desk) => {
      if (!(await desk.persist())) throw new Error(t("library.notPersisted"));
    }, t("library.persisted"));
  };
  return (
    <div className={classes["foot"]}>
      <p className={`numeric ${classes["space"]}`} data-testid="runs-space">
        {known === null
          ? t("library.spaceUnknown")
          : t("library.space", { used: spaceText(known.used, numbers), quota: spaceText(known.quota, numbers) })}
        {space?.persisted === true && ` ${t("library.persisted")}`}
      </p>
      {space?.persisted === false && (
        <Button variant="subtle" onClick={ask} title={t("library.persistWhy")} data-action="persist">
          {t("library.persist")}
        </Button>
      )}
      {children}
    </div>
  );
}
