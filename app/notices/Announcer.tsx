// Says to screen readers what sighted people see: steps done by hand, pauses, the end. The end also shows as a toast.

import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { readKl, readProxy } from "../help/metrics";
import { useRun } from "../run/lab";
import { PHASES, type RunState } from "../run/runState";
import type { NumberWriter } from "../strings/numbers";
import { type Translate, useLanguage } from "../strings/strings";

export function Announcer() {
  const { t, numbers } = useLanguage();
  const status = useRun((state) => state.status);
  const text = useRun((state) => announcement(state, t, numbers));

  useEffect(() => {
    if (status === "finished") notifications.show({ id: "finished", message: text, color: "teal", autoClose: 6000 });
    else notifications.hide("finished");
  }, [status, text]);

  return (
    <p role="status" className="hidden-visually">
      {text}
    </p>
  );
}

/** Nothing while the run goes on: a sentence per step would talk without end. */
function announcement({ status, position, points }: RunState, t: Translate, numbers: NumberWriter): string {
  if (position === null || (status !== "paused" && status !== "finished")) return "";
  const step = numbers.whole(position.step + 1);
  if (status === "finished") return t("notice.finished", { steps: step });
  const phase = PHASES[position.done - 1];
  const latest = points.at(-1);
  if (phase === undefined) return t("notice.paused", { position: "" });
  if (phase !== "update" || latest === undefined)
    return t("notice.paused", { position: t("notice.phaseDone", { phase: t(`phase.${phase}`), step }) });
  const reward = numbers.value(readProxy(latest.stats) ?? Number.NaN);
  const kl = numbers.value(readKl(latest.stats) ?? Number.NaN);
  return t("notice.paused", { position: t("notice.stepDone", { step, reward, kl }) });
}
