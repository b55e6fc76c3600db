// One button for everything that hands the page to somebody else: a link, a teacher's link, files.

import { Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { lazy, Suspense, useState } from "react";
import { FileMenuItems } from "../files/FileMenuItems";
import { HeaderButton } from "../HeaderButton";
import { LinkIcon, ShareIcon, TeacherIcon } from "../icons";
import { useLanguage } from "../strings/strings";
import { type PageLink, linkTo, useCapture } from "./pageLink";

const LinkDialog = lazy(async () => ({ default: (await import("./LinkDialog")).LinkDialog }));
const TeacherDialog = lazy(async () => ({ default: (await import("./TeacherDialog")).TeacherDialog }));

type Open = { readonly kind: "teacher" } | { readonly kind: "link"; readonly link: PageLink | null; readonly copied: boolean };

export function ShareMenu() {
  const { t } = useLanguage();
  const read = useCapture();
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);

  /** On the clipboard at once; a dialog opens where there is something to know, or where copying is not allowed. */
  const copyLink = async (): Promise<void> => {
    const { state, notes } = read();
    const link = await linkTo(state, notes).catch(() => null);
    const copied = link !== null && (await copyText(link.address));
    if (!copied || link.notes.length > 0) return setOpen({ kind: "link", link, copied });
    notifications.show({
      id: "link-copied",
      title: t("share.copied"),
      message: t("share.copiedWhat"),
      color: "teal",
      autoClose: 6000,
      closeButtonProps: { "aria-label": t("dialog.close") },
    });
  };
  return (
    <>
      <Menu position="bottom-end" width={270}>
        <Menu.Target>
          <HeaderButton icon={<ShareIcon />} name={t("share.menu")} data-action="share" />
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<LinkIcon />} onClick={() => void copyLink()} data-action="copyLink">
            {t("share.copyLink")}
          </Menu.Item>
          <Menu.Item leftSection={<TeacherIcon />} onClick={() => setOpen({ kind: "teacher" })} data-action="teacherLink">
            {t("share.teacherLink")}
          </Menu.Item>
          <Menu.Divider />
          <FileMenuItems />
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>
        {open?.kind === "link" && <LinkDialog link={open.link} copied={open.copied} onClose={close} />}
        {open?.kind === "teacher" && <TeacherDialog onClose={close} />}
      </Suspense>
    </>
  );
}

/** Whether the text is on the clipboard; browsers allow it on secure pages only, and may ask. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
