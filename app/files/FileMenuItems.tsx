// The Share menu's files: the shown run as a replay file, as an image and as an HTML file.

import { Menu } from "@mantine/core";
import { HtmlIcon, ImageIcon, RecordingIcon } from "../icons";
import { useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { openFileDialog } from "./fileDialog";

const ITEMS = [
  { dialog: "replay", label: "files.replayItem", icon: <RecordingIcon /> },
  { dialog: "image", label: "files.imageItem", icon: <ImageIcon /> },
  { dialog: "html", label: "files.htmlItem", icon: <HtmlIcon /> },
] as const;

/** Items of a Mantine menu; their dialogs stand in `Files`. */
export function FileMenuItems() {
  const { t } = useLanguage();
  const nothing = useRun(({ points, source }) => points.length === 0 || (source.kind === "recording" && source.loading));
  return ITEMS.map(({ dialog, label, icon }) => (
    <Menu.Item
      key={dialog}
      leftSection={icon}
      disabled={nothing}
      title={nothing ? t("files.nothingYet") : undefined}
      onClick={() => openFileDialog(dialog)}
      data-action={`file-${dialog}`}
    >
      {t(label)}
    </Menu.Item>
  ));
}
