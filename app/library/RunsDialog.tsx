// The dialog of stored runs: what is kept, how much space it takes, and everything that can be done with a run.

import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { ConfirmDialog } from "../config/ConfirmDialog";
import { Dialog } from "../config/Dialog";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";
import type { LibraryDesk } from "./libraryDesk";
import { RunItem } from "./RunItem";
import classes from "./RunsDialog.module.css";
import { isDamaged } from "./runRow";
import { KEPT_RUNS, PINNED_RUNS } from "./saving";
import { StorageFacts } from "./StorageFacts";
import { useLibrary } from "./useLibrary";
import { problemText } from "./words";

/** Does something with stored runs and says what came of it. @param done what to say when it worked; null: nothing */
export type Act = (work: (desk: LibraryDesk) => Promise<unknown>, done: string | null) => Promise<void>;

export function RunsDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, numbers } = useLanguage();
  const { library } = useLab();
  const access = useLibrary((state) => state.access);
  const entries = useLibrary((state) => state.entries);
  const [said, setSaid] = useState<{ readonly text: string; readonly bad: boolean } | null>(null);
  const [deletingAll, setDeletingAll] = useState(false);
  const act: Act = async (work, done) => {
    try {
      await work(await library.desk());
      setSaid(done === null ? null : { text: done, bad: false });
    } catch (error) {
      setSaid({ text: problemText(error, t, numbers), bad: true });
    }
  };
  useEffect(() => {
    // What cannot be read is told by `access`.
    library
      .desk()
      .then((desk) => desk.refresh())
      .catch(() => {});
  }, [library]);
  const count = entries?.length ?? 0;
  return (
    <Dialog
      title={t("library.title")}
      onClose={onClose}
      drawer
      testId="runs"
      footer={
        <StorageFacts act={act}>
          <Button
            variant="subtle"
            color="red"
            onClick={() => setDeletingAll(true)}
            disabled={access !== "own" || count === 0}
            data-action="deleteAll"
          >
            {t("library.deleteAll")}
          </Button>
        </StorageFacts>
      }
    >
      <p className={classes["about"]}>{t("library.about")}</p>
      {access === "none" && <p className={classes["remark"]}>{t("library.none")}</p>}
      {access === "foreign" && (
        <p className={classes["remark"]}>
          {t("library.foreign")} {t("library.foreignRead")}
        </p>
      )}
      <p role="status" className={classes["said"]} data-bad={said?.bad} data-testid="runs-said">
        {said?.text}
      </p>
      {entries === null && access !== "none" && <p className="dim">{t("library.reading")}</p>}
      {entries !== null && count === 0 && <p className={classes["empty"]}>{t("library.empty")}</p>}
      <ul className={classes["list"]}>
        {entries?.map((entry) => (
          <li key={entry.id} className={classes["item"]} data-run={entry.id} data-damaged={isDamaged(entry)}>
            <RunItem entry={entry} act={act} onOpened={onClose} />
          </li>
        ))}
      </ul>
      <p className={`dim ${classes["limit"]}`}>
        {t("library.limit", { kept: numbers.whole(KEPT_RUNS), pinned: numbers.whole(PINNED_RUNS) })}
      </p>
      {deletingAll && (
        <ConfirmDialog
          title={t("library.deleteAllTitle")}
          text={`${t("library.deleteAllText", { count: numbers.whole(count) })} ${t("library.deleteCurrent")}`}
          action={t("library.deleteAllAction")}
          onConfirm={() => void act((desk) => desk.removeAll(), t("library.deletedAll"))}
          onClose={() => setDeletingAll(false)}
        />
      )}
    </Dialog>
  );
}
