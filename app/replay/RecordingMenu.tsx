// Opens recordings: the site's example, or a replay file of one's own by choice or by drop.

import { Button, FileButton, Menu } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { FILE_EXTENSION } from "../../src/interop/replayFormat";
import { RecordingIcon } from "../icons";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { EXAMPLE } from "./fetchRecording";
import classes from "./RecordingMenu.module.css";

export function RecordingMenu() {
  const { t } = useLanguage();
  const { replay, controller } = useLab();
  const resetFile = useRef<() => void>(null);
  const openFile = (file: File | null): void => {
    resetFile.current?.();
    if (file === null) return;
    controller.pause();
    void replay.openFile(file);
  };
  const openExample = (): void => {
    controller.pause();
    void replay.openUrl(new URL(EXAMPLE, document.baseURI).href, null);
  };
  return (
    <>
      <FileButton onChange={openFile} accept={FILE_EXTENSION} resetRef={resetFile} inputProps={{ "aria-label": t("replay.openFile") }}>
        {({ onClick }) => (
          <Menu position="bottom-end" width={220}>
            <Menu.Target>
              <Button variant="default" size="sm" className={classes["target"]} leftSection={<RecordingIcon />} data-action="recordings">
                <span className={classes["label"]}>{t("replay.menu")}</span>
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={openExample} data-action="openExample">
                {t("replay.openExample")}
              </Menu.Item>
              <Menu.Item onClick={onClick} data-action="openFile">
                {t("replay.openFile")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </FileButton>
      <DropTarget onFile={openFile} />
    </>
  );
}

/** The whole page takes a file that is dropped on it. */
function DropTarget({ onFile }: { readonly onFile: (file: File) => void }) {
  const { t } = useLanguage();
  const [over, setOver] = useState(false);
  const take = useRef(onFile);
  useEffect(() => {
    take.current = onFile;
  });
  useEffect(() => {
    const abortion = new AbortController();
    const { signal } = abortion;
    const holdsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes("Files") === true;
    window.addEventListener(
      "dragover",
      (event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        setOver(true);
      },
      { signal },
    );
    // Leaving the window, not just one of its elements.
    window.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget === null && setOver(false), { signal });
    window.addEventListener(
      "drop",
      (event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer?.files[0];
        if (file !== undefined) take.current(file);
      },
      { signal },
    );
    return () => abortion.abort();
  }, []);
  return over ? <div className={classes["drop"]}>{t("replay.drop")}</div> : null;
}
