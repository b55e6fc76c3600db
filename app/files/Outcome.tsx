// Beside a dialog's buttons: that the file is being made, why it could not be, or that it was saved.

import { useLanguage } from "../strings/strings";
import classes from "./Files.module.css";
import type { Made } from "./useRunFile";

interface Props {
  readonly made: Made<unknown>;
  /** Name of the file that was saved. */
  readonly saved: string | null;
}

export function Outcome({ made, saved }: Props) {
  const { t } = useLanguage();
  const problem =
    made.kind !== "failed"
      ? null
      : made.reason.problem === "tooLarge"
        ? t("files.tooLarge")
        : t("files.failed", { reason: made.reason.message });
  return (
    <p role="status" className={classes["outcome"]} data-bad={problem !== null} data-testid="file-outcome">
      {problem ?? (made.kind === "making" ? t("files.preparing") : saved !== null && t("files.saved", { name: saved }))}
    </p>
  );
}
