// Copies a table as CSV and says whether that worked.

import { UnstyledButton } from "@mantine/core";
import { useEffect, useState } from "react";
import { useLanguage } from "../strings/strings";
import classes from "./ChartCard.module.css";
import { csvOf } from "./csv";
import type { DataTableModel } from "./DataTable";

const SHOWN_FOR = 2500;

export function CopyCsv({ model }: { readonly model: DataTableModel }) {
  const { t } = useLanguage();
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(csvOf(model));
      setOutcome("copied");
    } catch {
      // Forbidden by the browser, or a page that does not come over HTTPS.
      setOutcome("refused");
    }
  };
  return (
    <UnstyledButton className={classes["text"]} onClick={() => void copy()} data-action="copy-csv">
      <span aria-live="polite">{t(outcome === null ? "charts.copyCsv" : `charts.${outcome}`)}</span>
    </UnstyledButton>
  );
}
