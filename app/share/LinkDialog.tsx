// The copied link and what its sender should know about it; opens only when there is such a thing, or when copying failed.

import { Button } from "@mantine/core";
import { Dialog } from "../config/Dialog";
import { openFileDialog } from "../files/fileDialog";
import { CheckIcon } from "../icons";
import { useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { CopyField } from "./CopyField";
import classes from "./LinkDialog.module.css";
import { LinkNotes } from "./LinkNotes";
import type { PageLink } from "./pageLink";

interface Props {
  /** null: it would be too long. */
  readonly link: PageLink | null;
  readonly copied: boolean;
  readonly onClose: () => void;
}

export function LinkDialog({ link, copied, onClose }: Props) {
  const { t } = useLanguage();
  const nothing = useRun(({ points }) => points.length === 0);
  const saveReplay = (): void => {
    onClose();
    openFileDialog("replay");
  };
  return (
    <Dialog
      title={t("share.linkTitle")}
      onClose={onClose}
      testId="link-dialog"
      footer={
        <>
          {!nothing && (
            <Button variant="default" onClick={saveReplay} data-action="saveReplayInstead">
              {t("share.saveReplay")}
            </Button>
          )}
          <Button onClick={onClose}>{t("dialog.close")}</Button>
        </>
      }
    >
      <div className={classes["body"]}>
        {copied && (
          <p role="status" className={classes["done"]}>
            <CheckIcon /> {t("share.linkCopied")}
          </p>
        )}
        {link === null ? <p role="alert">{t("share.tooLong")}</p> : <LinkNotes link={link} />}
        {link !== null && <CopyField label={t("share.link")} text={link.address} rows={3} testId="link" />}
        <p className="dim">{t("share.copiedWhat")}</p>
      </div>
    </Dialog>
  );
}
