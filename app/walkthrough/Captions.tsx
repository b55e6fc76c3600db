// The captions of the phase in view; in slow motion each has its share of the time that the run lingers on the phase.

import { useEffect, useState } from "react";
import type { PhaseEvent } from "../../src/records";
import { useLook } from "../inspector/look";
import { useRun } from "../run/lab";
import { lingerOn } from "../run/pace";
import type { StepData } from "../run/stepData";
import { useLanguage } from "../strings/strings";
import { useView } from "../view/view";
import type { StepPhase } from "../view/viewState";
import { type Caption, captionsOf } from "./captions";
import classes from "./StepHeader.module.css";

export function Captions({ step }: { readonly step: StepData }) {
  const { t, numbers } = useLanguage();
  const look = useLook(step);
  const phase = useView((view) => view.phase);
  const speed = useRun((state) => state.speed);
  const going = useRun((state) => state.goal !== null);
  const watched = useRun((state) => state.goal === "run" && state.speed !== "full" && state.live?.step === step.step);
  const captions = captionsOf(phase, { ...look, t, numbers });
  // The first caption holds as long as tokens are being picked.
  const share = !watched || step.rollout === null ? 0 : lingerOn(EVENT[phase], speed) / Math.max(1, captions.length);
  return (
    <ol className={classes["captions"]} aria-label={t("walk.captions")} data-testid="captions">
      {captions.length === 0 ? (
        <li className={classes["waiting"]}>{t(going ? "walk.waitingRunning" : "walk.waiting")}</li>
      ) : (
        <CaptionItems key={`${step.step} ${phase} ${share}`} captions={captions} marked={watched} share={share} />
      )}
    </ol>
  );
}

/** The event that a phase's captions are about. */
const EVENT: Readonly<Record<StepPhase, PhaseEvent["phase"]>> = {
  rollout: "rollout",
  score: "score",
  advantages: "advantages",
  update: "minibatch",
};

interface ItemsProps {
  readonly captions: readonly Caption[];
  readonly marked: boolean;
  /** Milliseconds of each; 0 stays with the first. */
  readonly share: number;
}

function CaptionItems({ captions, marked, share }: ItemsProps) {
  const { numbers } = useLanguage();
  const [at, setAt] = useState(0);
  useEffect(() => {
    if (share === 0) return;
    const timer = setInterval(() => setAt((now) => now + 1), share);
    return () => clearInterval(timer);
  }, [share]);
  const current = marked ? Math.min(at, captions.length - 1) : -1;
  return captions.map(({ number, text }, i) => (
    <li key={number} className={classes["caption"]} aria-current={i === current ? "step" : undefined} data-caption={number}>
      <span className={`numeric ${classes["number"]}`}>{numbers.whole(number)}</span>
      <span>{text}</span>
    </li>
  ));
}
