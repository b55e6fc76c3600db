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
  const close = t("dialog.close");
  const text = useRun((state) => announcement(state, t, numbers));

  useEffect(() => {
    if (status === "finished")
      notifications.show({ id: "finished", message: text, color: "teal", autoClose: 6000, closeButtonProps: { "aria-label": close } });
    else notifications.hide("finished");
  }, [status, text, close]);

  return (
    <p role="status" className="hidden-visually">
      {text}
    </p>
  );
}

/** Nothing while the run goes on: a sentence per step would talk without end. */
function announcement({ status, goal, position, points }: RunState, t: Translate, numbers: NumberWriter): string {
  if (position === null || goal !== null || (status !== "paused" && status !== "finished")) return "";
  const step = numbers.whole(position.step + 1);
  if (status === "finished") return t("notice.finished", { steps: step });
  const phase = PHASES[position.done - 1];
  const latest = points.findLast((point) => point.step <= position.step + 1);
  if (phase === undefined) return t("notice.paused", { position: "" });
  if (phase !== "update" || latest === undefined)
    return t("notice.paused", { position: t("notice.phaseDone", { phase: t(`phase.${phase}`), step }) });
  const reward = numbers.value(readProxy(latest.stats) ?? Number.NaN);
  const kl = numbers.value(readKl(latest.stats) ?? Number.NaN);
  return t("notice.paused", { position: t("notice.stepDone", { step, reward, kl }) });
}
