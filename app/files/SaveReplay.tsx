// The dialog that saves the shown run as a replay file: what will be in it, how large it is, and a note of one's own.

import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { FILE_EXTENSION, KEPT_ROWS } from "../../src/interop/replayFormat";
import { Dialog } from "../config/Dialog";
import { useLanguage } from "../strings/strings";
import { download, fileName } from "./download";
import classes from "./Files.module.css";
import { Outcome } from "./Outcome";
import { NOTE_LENGTH, type RunFile } from "./runFile";
import { sizeText } from "./sizeText";
import { useMade, useRunFileMaker } from "./useRunFile";

export function SaveReplay({ onClose }: { readonly onClose: () => void }) {
  const { t, numbers } = useLanguage();
  const { isRecording, make } = useRunFileMaker();
  const made = useMade(make);
  const [note, setNote] = useState("");
  const [saved, setSaved] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    const { bytes, meta, held } = await make(note.trim());
    const name = fileName(meta, held, FILE_EXTENSION);
    download(name, new Blob([bytes], { type: "application/octet-stream" }));
    setSaved(name);
  };
  return (
    <Dialog
      title={t("files.replay.title")}
      onClose={onClose}
      testId="save-replay"
      footer={
        <>
          <Outcome made={made} saved={saved} />
          <Button disabled={made.kind !== "made"} onClick={() => void save()} data-action="download">
            {t("files.download")}
            {made.kind === "made" && ` (${sizeText(made.value.bytes.length, numbers)})`}
          </Button>
        </>
      }
    >
      <div className={classes["text"]}>
        <p>{t("files.replay.what")}</p>
        {isRecording && <p>{t("files.replay.same")}</p>}
        {made.kind === "made" && <Contents file={made.value} />}
        {!isRecording && (
          <Textarea
            label={t("files.replay.note")}
            description={t("files.replay.noteHelp")}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            maxLength={NOTE_LENGTH}
            autosize
            maxRows={5}
            data-testid="replay-note"
          />
        )}
      </div>
    </Dialog>
  );
}

function Contents({ file: { meta, held } }: { readonly file: RunFile }) {
  const { t, numbers } = useLanguage();
  const { keyframes, steps, reducedFrom } = meta;
  return (
    <>
      <dl className={classes["facts"]}>
        <div>
          <dt>{t("files.steps")}</dt>
          <dd className="numeric" data-testid="replay-steps">
            {t("files.stepsOf", { held: numbers.whole(held), steps: numbers.whole(steps) })}
          </dd>
        </div>
        <div>
          <dt>{t("files.inFull")}</dt>
          <dd className="numeric">{numbers.whole(keyframes.length)}</dd>
        </div>
      </dl>
      {held < steps && <p className={classes["warning"]}>{t("files.replay.missing")}</p>}
      {reducedFrom !== null && <p className={classes["warning"]}>{t("files.replay.reduced", { step: numbers.whole(reducedFrom + 1) })}</p>}
      <p className="dim">{t("files.replay.fullWhy", { rows: numbers.whole(KEPT_ROWS.rows) })}</p>
    </>
  );
}
