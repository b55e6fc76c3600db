// Opens recordings: the site's example, or a replay file of one's own. (files/OpenByHand takes dropped and pasted ones.)

import { FileButton, Menu } from "@mantine/core";
import { useRef } from "react";
import { FILE_EXTENSION } from "../../src/interop/replayFormat";
import { HeaderButton } from "../HeaderButton";
import { RecordingIcon } from "../icons";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { EXAMPLE } from "./fetchRecording";

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
    <FileButton
      onChange={openFile}
      accept={`${FILE_EXTENSION},.html`}
      resetRef={resetFile}
      inputProps={{ "aria-label": t("replay.openFile") }}
    >
      {({ onClick }) => (
        <Menu position="bottom-end" width={220}>
          <Menu.Target>
            <HeaderButton icon={<RecordingIcon />} name={t("replay.menu")} data-action="recordings" />
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
  );
}
