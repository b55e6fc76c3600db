// The header's button for stored runs, and their dialog once it is open.

import { Button } from "@mantine/core";
import { lazy, Suspense } from "react";
import { RunsIcon } from "../icons";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";
import classes from "./RunsButton.module.css";
import { useLibrary } from "./useLibrary";

const RunsDialog = lazy(async () => ({ default: (await import("./RunsDialog")).RunsDialog }));

export function RunsButton() {
  const { t } = useLanguage();
  const { library } = useLab();
  const open = useLibrary((state) => state.open);
  return (
    <>
      <Button
        variant="default"
        size="sm"
        className={classes["button"]}
        leftSection={<RunsIcon />}
        onClick={() => library.state.setState({ open: true })}
        title={t("library.openWhy")}
        aria-haspopup="dialog"
        data-action="runs"
      >
        <span className={classes["label"]}>{t("library.open")}</span>
      </Button>
      <Suspense fallback={null}>{open && <RunsDialog onClose={() => library.state.setState({ open: false })} />}</Suspense>
    </>
  );
}
