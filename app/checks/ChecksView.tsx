// The checks before a run: the overall verdict, then one card a gate with question, finding, remedies and evidence.

import type { GateReport } from "../../src/gates/inspection";
import { LiveRun, useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import classes from "./ChecksView.module.css";
import { overallOf } from "./checks";
import { GateCard } from "./GateCard";
import { Verdict, VerdictIcon } from "./Verdict";

export function ChecksView() {
  return (
    <LiveRun>
      <Checks />
    </LiveRun>
  );
}

function Checks() {
  const { t, numbers } = useLanguage();
  const checks = useRun((state) => state.checks);
  const stale = useRun((state) => state.checks?.config !== state.config);
  const ready = useRun((state) => state.opened !== null);
  const underWay = useRun(({ runConfig, status }) => runConfig !== null && status !== "finished");
  const overall = checks === null ? null : overallOf(checks.reports);
  const head =
    overall === null
      ? t(ready ? "checks.looking" : "checks.waiting")
      : t(`checks.overall.${overall.verdict}`, { count: numbers.whole(overall.count) });
  return (
    <section aria-labelledby="checks-title" data-testid="checks" data-stale={stale} className={classes["checks"]}>
      <header className={`card ${classes["head"]}`}>
        <div>
          <h2 id="checks-title">{t("checks.title")}</h2>
          <p>{t("checks.intro")}</p>
        </div>
        <p className={classes["overall"]} role="status" data-testid="checks-overall">
          {overall !== null && <Verdict verdict={overall.verdict} />}
          {checks?.problem === null || checks === null ? head : t("checks.failed")}
        </p>
        <GateLinks reports={checks?.reports ?? []} />
        {underWay && <p className={classes["next"]}>{t("checks.aboutNext")}</p>}
        {checks !== null && checks.problem !== null && (
          <p className={classes["problem"]} role="alert">
            {checks.problem}
          </p>
        )}
      </header>
      <div className={classes["grid"]}>
        {checks?.reports.map((report) => (
          <GateCard key={report.id} report={report} />
        ))}
      </div>
    </section>
  );
}

/** Every gate at a glance; a click goes to its card. */
function GateLinks({ reports }: { readonly reports: readonly GateReport[] }) {
  const { t } = useLanguage();
  if (reports.length === 0) return null;
  return (
    <ul className={classes["links"]}>
      {reports.map(({ id, verdict }) => (
        <li key={id}>
          <button
            type="button"
            data-verdict={verdict}
            aria-label={`${t("checks.go", { name: t(`gate.${id}`) })}: ${t(`checks.${verdict}`)}`}
            onClick={() => document.querySelector<HTMLElement>(`[data-gate=${id}]`)?.focus()}
          >
            <VerdictIcon verdict={verdict} />
            {t(`gate.${id}`)}
          </button>
        </li>
      ))}
    </ul>
  );
}
