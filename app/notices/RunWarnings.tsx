// What the run itself warns of, one line per kind, and an engine that had to be replaced.

import { WarningIcon } from "../icons";
import { useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import classes from "./Notices.module.css";

interface Line {
  readonly key: string;
  readonly text: string;
  readonly seen: string;
}

export function RunWarnings() {
  const { t, numbers } = useLanguage();
  const warnings = useRun((state) => state.warnings);
  const opened = useRun((state) => state.opened);
  const asked = useRun((state) => state.engine);
  const lines: Line[] = warnings.map(({ kind, count, last }) => {
    const step = numbers.whole(last.step + 1);
    const values = { value: numbers.value(last.value), limit: numbers.value(last.limit) };
    const text = kind === "negativeKl" || kind === "ratioExceeded" ? t(`warning.${kind}`, values) : t(`warning.${kind}`);
    const seen = count === 1 ? t("warning.seenOnce", { step }) : t("warning.seen", { count: numbers.whole(count), step });
    return { key: kind, text, seen };
  });
  if (opened !== null && opened.fallbackReason !== null) {
    const text = t("settings.fellBack", { asked, used: opened.engine, reason: opened.fallbackReason });
    lines.unshift({ key: "engine", text, seen: "" });
  }
  if (lines.length === 0) return null;
  return (
    <section className={classes["warnings"]} aria-label={t("warning.title")}>
      <ul>
        {lines.map(({ key, text, seen }) => (
          <li key={key} data-warning={key}>
            <WarningIcon />
            <span>
              {text} <span className={`numeric ${classes["seen"]}`}>{seen}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
