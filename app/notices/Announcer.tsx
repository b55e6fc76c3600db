// Says to screen readers what sighted people see: steps done by hand, pauses, the end. The end also shows as a toast.

import { notifications } from "@mantine/notifications";
import { useEffect, useState } from "react";
import { readKl, readProxy } from "../help/metrics";
import { useRun } from "../run/lab";
import { PHASES } from "../run/runState";
import { useLanguage } from "../strings/strings";

export function Announcer() {
  const { t, numbers } = useLanguage();
  const status = useRun((state) => state.status);
  const position = useRun((state) => state.position);
  const latest = useRun((state) => state.points.at(-1));
  const [text, setText] = useState("");

  useEffect(() => {
    if (status === "running" || status === "ready" || status === "warming" || position === null) return setText("");
    const step = numbers.whole(position.step + 1);
    if (status === "finished") {
      const message = t("notice.finished", { steps: step });
      notifications.show({ id: "finished", message, color: "teal", autoClose: 6000 });
      return setText(message);
    }
    if (status !== "paused") return setText("");
    const phase = PHASES[position.done - 1];
    const done =
      position.done === PHASES.length && latest !== undefined
        ? t("notice.stepDone", {
            step,
            reward: numbers.value(readProxy(latest.stats) ?? Number.NaN),
            kl: numbers.value(readKl(latest.stats) ?? Number.NaN),
          })
        : phase === undefined
          ? ""
          : t("notice.phaseDone", { phase: t(`phase.${phase}`), step });
    setText(t("notice.paused", { position: done }));
  }, [status, position, latest, t, numbers]);

  return (
    <p role="status" className="hidden-visually">
      {text}
    </p>
  );
}
