// Two calm sentences: which run is about to be deleted, and that another tab stores runs.

import { Button, CloseButton } from "@mantine/core";
import { useState } from "react";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";
import classes from "./Notice.module.css";
import type { RunRow } from "./runRow";
import { nameOf, problemText } from "./words";

export function LeavingNotice({ row }: { readonly row: RunRow }) {
  const { t, numbers } = useLanguage();
  const { library } = useLab();
  const [problem, setProblem] = useState<string | null>(null);
  const keep = async (): Promise<void> => {
    try {
      await (await library.desk()).pin(row.id, true);
    } catch (error) {
      setProblem(problemText(error, t, numbers));
    }
  };
  return (
    <section className={classes["notice"]} role="status" data-testid="leaving">
      <p>
        {t("saving.leaving", { name: nameOf(row, t, numbers) })} {problem}
      </p>
      <Button size="compact-sm" variant="default" onClick={() => void keep()} data-action="keepRun">
        {t("saving.keepIt")}
      </Button>
      <CloseButton size="sm" aria-label={t("saving.dismiss")} onClick={() => library.state.setState({ leaving: null })} />
    </section>
  );
}

export function ForeignNotice() {
  const { t } = useLanguage();
  const [read, setRead] = useState(false);
  if (read) return null;
  return (
    <section className={classes["notice"]} role="status" data-testid="foreign">
      <p>{t("library.foreign")}</p>
      <CloseButton size="sm" aria-label={t("saving.dismiss")} onClick={() => setRead(true)} />
    </section>
  );
}
