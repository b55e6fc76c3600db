// Deletes a stored run, after asking.

import { Button } from "@mantine/core";
import { useState } from "react";
import { ConfirmDialog } from "../config/ConfirmDialog";
import { useLanguage } from "../strings/strings";
import type { Act } from "./RunsDialog";
import { useLibrary } from "./useLibrary";

interface Props {
  readonly id: number;
  readonly name: string;
  readonly act: Act;
}

export function DeleteRun({ id, name, act }: Props) {
  const { t } = useLanguage();
  const [asking, setAsking] = useState(false);
  const owns = useLibrary((state) => state.access === "own");
  const current = useLibrary((state) => state.current === id);
  return (
    <>
      <Button size="xs" variant="subtle" color="red" disabled={!owns} onClick={() => setAsking(true)} data-action="delete">
        {t("library.delete")}
      </Button>
      {asking && (
        <ConfirmDialog
          title={t("library.deleteTitle")}
          text={t("library.deleteText", { name }) + (current ? ` ${t("library.deleteCurrent")}` : "")}
          action={t("library.deleteAction")}
          onConfirm={() => void act((desk) => desk.remove(id), t("library.deleted"))}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
