// This prompt across the run: what the policy made of it in the steps kept in full; pressing one looks at it there.

import { useMemo } from "react";
import { useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import { useCells } from "./cells";
import type { Look } from "./look";
import { type Completion, completionsOf } from "./promptHistory";
import classes from "./PromptHistory.module.css";

/** Lines shown at each end of a long history. */
const ENDS = 5;

export function PromptHistory({ look }: { readonly look: Look }) {
  const { t, numbers } = useLanguage();
  const records = useRun((state) => state.records);
  const prompt = look.responses.prompt(look.row);
  const completions = useMemo(() => (prompt === null ? [] : completionsOf(records, prompt)), [records, prompt]);
  const long = completions.length > 2 * ENDS;
  const shown = long ? [...completions.slice(0, ENDS), ...completions.slice(-ENDS)] : completions;
  const count = numbers.whole(completions.length);
  return (
    <section className={classes["part"]} aria-label={t("inspect.history")} data-testid="prompt-history">
      <h3 className={classes["title"]}>{t("inspect.history")}</h3>
      <p className={classes["note"]}>
        {prompt === null
          ? t("inspect.historyLater")
          : completions.length === 0
            ? t("inspect.historyNone")
            : long
              ? t("inspect.historyShown", { shown: numbers.whole(ENDS), count })
              : t("inspect.historyCount", { count })}
      </p>
      {shown.length > 0 && (
        <ol className={classes["list"]}>
          {shown.map((completion) => (
            <Line
              key={`${completion.step} ${completion.row}`}
              completion={completion}
              current={completion.step === look.step.step && completion.row === look.row}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

function Line({ completion, current }: { readonly completion: Completion; readonly current: boolean }) {
  const { t, numbers } = useLanguage();
  const cell = useCells(2);
  const setView = useSetView();
  const { step, row, text, score, gold } = completion;
  const stepName = numbers.whole(step + 1);
  return (
    <li>
      <button
        type="button"
        className={classes["line"]}
        aria-current={current ? "true" : undefined}
        onClick={() => setView({ pinned: step, row, token: 0 })}
        title={t("inspect.historyOpen", { row: numbers.whole(row + 1), step: stepName })}
      >
        <span className={`numeric ${classes["step"]}`}>{t("inspect.historyStep", { step: stepName })}</span>
        <span className={classes["text"]}>{text.trim()}</span>
        <span className={`numeric ${classes["numbers"]}`}>
          {t("inspect.score")} <b>{cell(score)}</b>
          {gold !== null && (
            <>
              {" "}
              {t("inspect.gold")} <b>{cell(gold)}</b>
            </>
          )}
        </span>
      </button>
    </li>
  );
}
