// The card of the phase in view.

import { Button } from "@mantine/core";
import { memo } from "react";
import { useDrawTurn } from "../charts/drawQueue";
import { type Look, useLook } from "../inspector/look";
import { useController, useRun } from "../run/lab";
import type { StepData } from "../run/stepData";
import { useLanguage } from "../strings/strings";
import { useView } from "../view/view";
import type { StepPhase } from "../view/viewState";
import { AdvantagesPhase } from "./AdvantagesPhase";
import classes from "./PhaseCard.module.css";
import { phaseKnown } from "./phases";
import { RolloutPhase } from "./RolloutPhase";
import { ScoringPhase } from "./ScoringPhase";
import { UpdatePhase } from "./UpdatePhase";

const PHASE_PARTS: Readonly<Record<StepPhase, (props: { readonly look: Look }) => React.ReactNode>> = {
  rollout: RolloutPhase,
  score: ScoringPhase,
  advantages: AdvantagesPhase,
  update: UpdatePhase,
};

export const PhaseCard = memo(function PhaseCard({ step }: { readonly step: StepData }) {
  const phase = useView((view) => view.phase);
  const look = useLook(useDrawTurn(step));
  const Part = PHASE_PARTS[phase];
  return (
    <section
      className={`card ${classes["card"]}`}
      id="walk-phase"
      role="tabpanel"
      aria-labelledby={`walk-tab-${phase}`}
      data-testid="phase-card"
      data-walk-panel={phase}
    >
      {phaseKnown(look.step, phase) ? <Part look={look} /> : <NotYet />}
    </section>
  );
});

function NotYet() {
  const { t } = useLanguage();
  const controller = useController();
  const going = useRun((state) => state.goal !== null);
  return (
    <div className={classes["notYet"]}>
      <p>{t(going ? "walk.waitingRunning" : "walk.waiting")}</p>
      <Button variant="light" disabled={going} onClick={() => controller.stepPhase()}>
        {t("walk.advance")}
      </Button>
    </div>
  );
}
