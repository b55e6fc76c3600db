// What else can be done with a stored run: name it, pin it, take it home, delete it.

import { Button } from "@mantine/core";
import { download } from "../files/download";
import { useLanguage } from "../strings/strings";
import { DeleteRun } from "./DeleteRun";
import { fileNameOf } from "./fileNames";
import { RenameRun } from "./RenameRun";
import type { Act } from "./RunsDialog";
import classes from "./RunsDialog.module.css";
import type { RunRow } from "./runRow";
import { useLibrary } from "./useLibrary";

export function MoreOfRun({ entry, act, name }: { readonly entry: RunRow; readonly act: Act; readonly name: string }) {
  const { t } = useLanguage();
  const owns = useLibrary((state) => state.access === "own");
  const { id, pinned } = entry;
  const save = (kind: "replay" | "checkpoint"): void => {
    const file = fileNameOf(entry, kind);
    void act(
      async (desk) => download(file, kind === "replay" ? new Blob([await desk.replayFile(id)]) : await desk.checkpoint(id)),
      t("library.saved", { name: file }),
    );
  };
  return (
    <div className={classes["more"]}>
      <RenameRun key={entry.name} entry={entry} shown={name} act={act} disabled={!owns} />
      <div className={classes["actions"]}>
        <Button size="xs" variant="default" onClick={() => save("replay")} data-action="saveReplay">
          {t("library.replayFile")}
        </Button>
        {entry.snapshot !== null && (
          <Button
            size="xs"
            variant="default"
            onClick={() => save("checkpoint")}
            title={t("library.checkpointWhy")}
            data-action="saveCheckpoint"
          >
            {t("library.checkpoint")}
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          disabled={!owns}
          onClick={() => void act((desk) => desk.pin(id, !pinned), null)}
          data-action="pin"
        >
          {t(pinned ? "library.unpin" : "library.pin")}
        </Button>
        <DeleteRun id={id} name={name} act={act} />
      </div>
    </div>
  );
}
