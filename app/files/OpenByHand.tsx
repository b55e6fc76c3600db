// Opens replay files that are dropped anywhere on the page or pasted into it, and addresses of this site that are pasted, unless the
// opened link has taken recordings away.

import { notifications } from "@mantine/notifications";
import { useEffect, useRef, useState } from "react";
import { useLab, useReplay } from "../run/lab";
import { useRestriction } from "../share/share";
import { useLanguage } from "../strings/strings";
import classes from "./Files.module.css";
import { pastedAddress } from "./pasted";

export function OpenByHand() {
  const { t, numbers } = useLanguage();
  const { replay, controller } = useLab();
  const [over, setOver] = useState(false);
  const free = useRestriction("recordings") === "none";
  const tell = (message: string): unknown => notifications.show({ message, closeButtonProps: { "aria-label": t("dialog.close") } });
  const openFiles = (files: FileList): void => {
    const [file] = files;
    if (file === undefined) return;
    if (!free) {
      tell(t("share.lockedWhy"));
      return;
    }
    controller.pause();
    if (files.length > 1) tell(t("files.dropOne", { count: numbers.whole(files.length) }));
    void replay.openFile(file);
  };
  const openText = (text: string): boolean => {
    const address = pastedAddress(text, document.baseURI);
    if (address === null) return false;
    if (!free) tell(t("share.lockedWhy"));
    else if (address === "foreign") replay.refuse("foreign");
    else {
      controller.pause();
      void replay.openUrl(address.url, address.name);
    }
    return true;
  };
  const take = useRef({ openFiles, openText });
  useEffect(() => {
    take.current = { openFiles, openText };
  });
  useEffect(() => {
    const abortion = new AbortController();
    const { signal } = abortion;
    const onDrag = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    window.addEventListener("dragenter", onDrag, { signal });
    window.addEventListener("dragover", onDrag, { signal });
    // Leaving the window, not just one of its elements.
    window.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget === null && setOver(false), { signal });
    window.addEventListener(
      "drop",
      (event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer !== null) take.current.openFiles(event.dataTransfer.files);
      },
      { signal },
    );
    window.addEventListener(
      "paste",
      (event) => {
        const { clipboardData } = event;
        if (clipboardData === null || isField(event.target)) return;
        if (clipboardData.files.length > 0) take.current.openFiles(clipboardData.files);
        else if (!take.current.openText(clipboardData.getData("text/plain"))) return;
        event.preventDefault();
      },
      { signal },
    );
    return () => abortion.abort();
  }, []);
  return (
    <>
      {over && free && <div className={classes["drop"]}>{t("replay.drop")}</div>}
      <Told over={over && free} />
    </>
  );
}

const holdsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes("Files") === true;

/** What is pasted into a field belongs to it. */
function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

/** The same for people who cannot see it; refusals are told by the recording's own note. */
function Told({ over }: { readonly over: boolean }) {
  const { t, numbers } = useLanguage();
  const opened = useReplay(({ showing }) => ((showing?.recording?.end ?? null) === null ? null : showing));
  const { name = null, recording = null } = opened ?? {};
  return (
    <p role="status" className="hidden-visually" data-testid="files-told">
      {over && t("files.over")}
      {!over && name !== null && recording !== null && t("files.opened", { name, steps: numbers.whole(recording.points.length) })}
    </p>
  );
}
