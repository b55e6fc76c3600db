// The line under the page's charts: which engine runs on what and why, what a PPO step costs it, how fast it is.

import type { StepRecord } from "../../src/records";
import { useLanguage } from "../strings/strings";
import { rejectionText } from "./engineTexts";
import { useRun } from "./lab";
import classes from "./UnderTheHood.module.css";

const TIMED = ["rollout", "score", "reference", "evaluate", "update"] as const;

export function UnderTheHood() {
  const { t, numbers } = useLanguage();
  const opened = useRun((state) => state.opened);
  const report = useRun((state) => state.engineReport);
  const record = useRun((state) => state.records.at(-1) ?? null);
  if (opened === null) return null;
  const { engine, adapter } = report ?? opened;
  const facts = [adapter === null ? t("hood.onCpu", { engine }) : t("hood.onGpu", { engine, adapter })];
  if (report !== null) {
    const kernels = numbers.whole(report.kernelCalls);
    facts.push(
      adapter === null ? t("hood.kernels", { kernels }) : t("hood.dispatches", { kernels, submits: numbers.whole(report.submits) }),
    );
  }
  if (record !== null) {
    facts.push(TIMED.map((phase) => `${t(`hood.${phase}`)} ${numbers.seconds(record.seconds[phase] ?? 0)}`).join(", "));
    facts.push(t("hood.tokensPerSecond", { count: numbers.whole(tokensPerSecond(record)) }));
  }
  const reasons = opened.rejections.map((rejection) => rejectionText(rejection, t, numbers));
  const { webgpu, wasm } = opened.probes;
  if (engine === "webgpu" && webgpu !== undefined && wasm !== undefined)
    reasons.push(t("hood.faster", { time: numbers.seconds(webgpu / 1000), otherTime: numbers.seconds(wasm / 1000) }));
  return (
    <section className={classes["hood"]} aria-label={t("hood.title")} data-testid="hood" data-engine={engine}>
      <h2 className={classes["title"]}>{t("hood.title")}</h2>
      <ul className={`numeric ${classes["facts"]}`}>
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      {reasons.map((reason) => (
        <p key={reason} className={classes["reason"]} data-testid="engine-reason">
          {reason}
        </p>
      ))}
    </section>
  );
}

/** Generated tokens per second of the whole PPO step. */
function tokensPerSecond({ responses, seconds }: StepRecord): number {
  return responses.reduce((sum, response) => sum + response.length, 0) / (seconds["total"] ?? Number.NaN);
}
