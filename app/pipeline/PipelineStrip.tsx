// The four phases of a PPO step in a row; the one under way lights up, finished ones carry a tick.

import { CheckIcon } from "../icons";
import { useRun } from "../run/lab";
import { PHASES, type RunPosition, type RunStatus } from "../run/runState";
import { useLanguage } from "../strings/strings";
import classes from "./PipelineStrip.module.css";

type PhaseState = "done" | "active" | "next" | "waiting";

/** What each phase is doing, given how far the run is. */
export function phaseStates(status: RunStatus, position: RunPosition | null): PhaseState[] {
  const working = status === "running";
  const stepOver = position === null || position.done === PHASES.length;
  const current = stepOver ? 0 : position.done;
  return PHASES.map((_, i) => {
    if (stepOver && position !== null && !working) return "done";
    if (i < current) return "done";
    if (i > current) return "waiting";
    return working ? "active" : "next";
  });
}

export function PipelineStrip() {
  const { t, numbers } = useLanguage();
  const status = useRun((state) => state.status);
  const position = useRun((state) => state.position);
  const epochs = useRun((state) => state.runConfig?.ppoEpochs ?? null);
  const states = phaseStates(status, position);
  return (
    <ol className={`card ${classes["strip"]}`} aria-label={t("phase.strip")}>
      {PHASES.map((phase, i) => {
        const state = states[i] ?? "waiting";
        const inUpdate = phase === "update" && state === "active" && position !== null && epochs !== null;
        return (
          <li
            key={phase}
            className={classes["phase"]}
            data-phase={phase}
            data-state={state}
            aria-current={state === "active" || state === "next" ? "step" : undefined}
          >
            <span className={classes["mark"]} aria-hidden="true">
              {state === "done" ? <CheckIcon /> : i + 1}
            </span>
            <span className={classes["words"]}>
              <span className={classes["name"]}>
                {t(`phase.${phase}`)}
                <span className="hidden-visually">, {t(`phase.state.${state}`)}</span>
              </span>
              <span className={classes["text"]}>
                {inUpdate
                  ? t("phase.epoch", {
                      epoch: numbers.whole(Math.min(position.epochs + 1, epochs)),
                      total: numbers.whole(epochs),
                    })
                  : t(`phase.${phase}.text`)}
              </span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
