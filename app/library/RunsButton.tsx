// The header's button for stored runs, and their dialog once it is open.

import { lazy, Suspense } from "react";
import { HeaderButton } from "../HeaderButton";
import { RunsIcon } from "../icons";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { useLibrary } from "./useLibrary";

const RunsDialog = lazy(async () => ({ default: (await import("./RunsDialog")).RunsDialog }));

export function RunsButton() {
  const { t } = useLanguage();
  const { library } = useLab();
  const open = useLibrary((state) => state.open);
  return (
    <>
      <HeaderButton
        icon={<RunsIcon />}
        name={t("library.open")}
        onClick={() => library.state.setState({ open: true })}
        title={t("library.openWhy")}
        aria-haspopup="dialog"
        data-action="runs"
      />
      <Suspense fallback={null}>{open && <RunsDialog onClose={() => library.state.setState({ open: false })} />}</Suspense>
    </>
  );
}
