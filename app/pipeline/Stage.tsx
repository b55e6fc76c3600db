// One of the four phases in the diagram: a button that opens it step by step, an explanation, and what happens in it.

import type { ReactNode } from "react";
import { CheckIcon } from "../icons";
import { ExplainButton } from "../lenses/ExplainButton";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import { STEP_PHASES, type StepPhase } from "../view/viewState";
import type { PhaseState } from "./phaseStates";
import classes from "./Stage.module.css";

interface Props {
  readonly phase: StepPhase;
  readonly state: PhaseState;
  /** Id of the sentence that says what happens. */
  readonly factId: string;
  /** How far it is, while it works. */
  readonly progress?: string | null;
  readonly children: ReactNode;
}

export function Stage({ phase, state, factId, progress = null, children }: Props) {
  const { t } = useLanguage();
  const setView = useSetView();
  const open = (): void => {
    setView({ tab: "walkthrough", phase });
    // The button goes away with its view; the focus stays with the tabs.
    document.getElementById("tab-walkthrough")?.focus({ preventScroll: true });
  };
  return (
    <div className={classes["stage"]} data-phase={phase} data-state={state}>
      <div className={classes["head"]}>
        <button
          type="button"
          className={classes["open"]}
          onClick={open}
          title={t("pipeline.open")}
          aria-describedby={factId}
          aria-current={state === "active" || state === "next" ? "step" : undefined}
        >
          <span className={classes["mark"]} aria-hidden="true">
            {state === "done" ? <CheckIcon /> : STEP_PHASES.indexOf(phase) + 1}
          </span>
          <span className={classes["name"]}>
            {t(`phase.${phase}`)}
            <span className="hidden-visually">, {t(`phase.state.${state}`)}</span>
          </span>
        </button>
        {progress !== null && <span className={`numeric ${classes["progress"]}`}>{progress}</span>}
        <span className={classes["explain"]}>
          <ExplainButton topic={{ kind: "phase", id: phase }} />
        </span>
      </div>
      <div className={classes["body"]} aria-hidden="true">
        {children}
      </div>
    </div>
  );
}
