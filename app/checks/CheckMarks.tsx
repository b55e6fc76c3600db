// The checks' overall verdict where a visitor is: in the tab's label and beside Run.

import { useStore } from "zustand";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import { type Overall, overallOf } from "./checks";
import { VerdictIcon } from "./Verdict";
import classes from "./Verdict.module.css";

/** Of the live lab, also while a recording is shown. */
function useOverall(): Overall | null {
  const reports = useStore(useLab().live, (state) => state.checks?.reports);
  return reports === undefined ? null : overallOf(reports);
}

/** Behind the tab's name. */
export function ChecksBadge() {
  const { t, numbers } = useLanguage();
  const overall = useOverall();
  if (overall === null) return null;
  const { verdict, count } = overall;
  return (
    <span className={classes["badge"]} data-verdict={verdict} data-testid="checks-badge">
      <VerdictIcon verdict={verdict} />
      {verdict === "pass" ? (
        <span className="hidden-visually">{t("checks.pass")}</span>
      ) : (
        <>
          <span className="numeric" aria-hidden="true">
            {numbers.whole(count)}
          </span>
          <span className="hidden-visually">{t(`checks.overall.${verdict}`, { count: numbers.whole(count) })}</span>
        </>
      )}
    </span>
  );
}

/** Beside Run, when something stops the run or warns; opens the checks. */
export function RunVerdict() {
  const { t, numbers } = useLanguage();
  const overall = useOverall();
  const setView = useSetView();
  if (overall === null || overall.verdict === "pass") return null;
  const { verdict, count } = overall;
  const text =
    verdict === "stop"
      ? t("checks.short.stop")
      : count === 1
        ? t("checks.short.warnOne")
        : t("checks.short.warn", { count: numbers.whole(count) });
  return (
    <button
      type="button"
      className={classes["chip"]}
      data-verdict={verdict}
      aria-label={`${text}. ${t("block.toChecks")}`}
      title={`${text}. ${t("block.toChecks")}`}
      onClick={() => setView({ tab: "checks" })}
      data-testid="run-verdict"
    >
      <VerdictIcon verdict={verdict} />
      <span className="numeric" aria-hidden="true">
        {numbers.whole(count)}
      </span>
    </button>
  );
}
