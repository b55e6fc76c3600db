// What the run warns of at its start and later, one line per kind; an engine that had to be replaced, a GPU or a worker that was lost.

import { WarningIcon } from "../icons";
import { rejectionText } from "../run/engineTexts";
import { useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import classes from "./Notices.module.css";

interface Line {
  readonly key: string;
  readonly text: string;
  readonly seen: string;
}

export function RunWarnings() {
  const { t, numbers, language } = useLanguage();
  const warnings = useRun((state) => state.warnings);
  const opened = useRun((state) => state.opened);
  const asked = useRun((state) => state.engine);
  const report = useRun((state) => state.engineReport);
  const told = useRun((state) => state.info?.warnings);
  const restart = useRun((state) => state.restart);
  const lines: Line[] = warnings.map(({ kind, count, last }) => {
    const step = numbers.whole(last.step + 1);
    const values = { value: numbers.value(last.value), limit: numbers.value(last.limit) };
    const text = kind === "negativeKl" || kind === "ratioExceeded" ? t(`warning.${kind}`, values) : t(`warning.${kind}`);
    const seen = count === 1 ? t("warning.seenOnce", { step }) : t("warning.seen", { count: numbers.whole(count), step });
    return { key: kind, text, seen };
  });
  for (const text of told ?? []) lines.unshift({ key: `start: ${text.en}`, text: text[language], seen: "" });
  // An engine that was not asked for may be left out silently, but not one that is broken.
  const rejection = opened?.rejections.find(({ kind }) => asked !== "auto" || kind === "failed" || kind === "selfTest");
  if (opened && rejection) {
    const reason = rejectionText(rejection, t, numbers);
    lines.unshift({ key: "engine", text: t("settings.fellBack", { asked: rejection.engine, used: opened.engine, reason }), seen: "" });
  }
  const recovery = report?.recoveries.at(-1);
  if (recovery) {
    const times = numbers.whole(report?.recoveries.length ?? 0);
    lines.unshift({ key: "recovery", text: t("engine.recovered", { engine: recovery.engine, times }), seen: "" });
  }
  if (restart) {
    const cause = t(restart.cause === "WorkerHungError" ? "notices.hung" : "notices.crashed");
    const step = numbers.whole(restart.stepsDone);
    const text = restart.stepsDone === 0 ? t("notices.restartedFromStart", { cause }) : t("notices.restarted", { cause, step });
    lines.unshift({ key: "restart", text, seen: "" });
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
