// The run cannot be stored: why, how much is used, and what can be taken home at once.

import { Button, CloseButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { download, fileName } from "../files/download";
import { liveFile } from "../files/runFile";
import { FILE_EXTENSION } from "../../src/interop/replayFormat";
import { WarningIcon } from "../icons";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";
import type { SaveProblem } from "./libraryState";
import classes from "./Notice.module.css";
import { spaceText } from "./words";
import { checkpointZip } from "./zip";

export function SaveNotice({ problem }: { readonly problem: SaveProblem }) {
  const { t, numbers } = useLanguage();
  const { library, live, recording } = useLab();
  const { kind, message, unsaved } = problem;
  const { used, quota } = problem.space;
  const sentence =
    kind === "failed"
      ? t("saving.failed", { reason: message })
      : used === null || quota === null
        ? t("saving.quotaUnknown")
        : t("saving.quota", { used: spaceText(used, numbers), quota: spaceText(quota, numbers) });
  const close = t("saving.dismiss");
  const toast = t("saving.toast");
  // Whoever has scrolled down would not see the notice.
  useEffect(() => {
    notifications.show({ id: "saving", message: toast, color: "orange", autoClose: 8000, closeButtonProps: { "aria-label": close } });
    return () => void notifications.hide("saving");
  }, [toast, close]);
  const saveReplay = async (): Promise<void> => {
    const file = await liveFile(recording, live.getState(), null, "");
    if (file !== null) download(fileName(file.meta, file.held, FILE_EXTENSION), new Blob([file.bytes]));
  };
  const saveCheckpoint = (): void => {
    const { scenario, config } = live.getState();
    if (unsaved !== null)
      download(fileName({ scenario: scenario ?? "", config }, unsaved.stepsDone, "-checkpoint.zip"), checkpointZip(unsaved));
  };
  return (
    <section className={classes["notice"]} role="alert" data-testid="saving-problem" data-kind={kind}>
      <WarningIcon />
      <div className={classes["words"]}>
        <p>
          {sentence} {t("saving.kept")}
        </p>
        <div className={classes["actions"]}>
          <Button size="compact-sm" variant="default" onClick={() => void saveReplay().catch(() => {})} data-action="rescueReplay">
            {t("library.replayFile")}
          </Button>
          {unsaved !== null && (
            <Button size="compact-sm" variant="default" onClick={saveCheckpoint} data-action="rescueCheckpoint">
              {t("saving.checkpoint", { step: numbers.whole(unsaved.stepsDone) })}
            </Button>
          )}
          <Button size="compact-sm" variant="default" onClick={() => library.state.setState({ open: true })} data-action="makeRoom">
            {t("saving.manage")}
          </Button>
        </div>
      </div>
      <CloseButton size="sm" aria-label={close} onClick={() => library.state.setState({ problem: { ...problem, read: true } })} />
    </section>
  );
}
