// Everything about files that stands on the page: opening by drop and paste, and the dialogs that save.

import { lazy, Suspense } from "react";
import { type FileDialog, openFileDialog, useFileDialog } from "./fileDialog";
import { OpenByHand } from "./OpenByHand";

const DIALOGS = {
  replay: lazy(async () => ({ default: (await import("./SaveReplay")).SaveReplay })),
  image: lazy(async () => ({ default: (await import("./SaveImage")).SaveImage })),
  html: lazy(async () => ({ default: (await import("./SaveHtml")).SaveHtml })),
} satisfies Record<FileDialog, unknown>;

export function Files() {
  const open = useFileDialog();
  const Chosen = open === null ? null : DIALOGS[open];
  return (
    <>
      <OpenByHand />
      <Suspense fallback={null}>{Chosen !== null && <Chosen onClose={() => openFileDialog(null)} />}</Suspense>
    </>
  );
}
