// Which step and phase: the four phases as tabs, Previous and Next, and numbered captions of what happens.

import { Button } from "@mantine/core";
import { type KeyboardEvent, useRef } from "react";
import { CheckIcon, NextIcon, PreviousIcon } from "../icons";
import { ExplainButton } from "../lenses/ExplainButton";
import { useController, useRun } from "../run/lab";
import type { StepData } from "../run/stepData";
import { useLanguage } from "../strings/strings";
import { useSetView, useView } from "../view/view";
import { STEP_PHASES, type StepPhase } from "../view/viewState";
import { Captions } from "./Captions";
import { nextPhase, type PhaseMove, phaseKnown, previousPhase } from "./phases";
import classes from "./StepHeader.module.css";

export function StepHeader({ step }: { readonly step: StepData }) {
  const { t, numbers } = useLanguage();
  const pinned = useView((view) => view.pinned !== null);
  const phase = useView((view) => view.phase);
  const state = pinned ? "walk.pinned" : step.record === null ? "walk.live" : "walk.newest";
  return (
    <section className={`card ${classes["header"]}`} aria-label={t("walk.title")} data-testid="walkthrough">
      <div className={classes["top"]}>
        <h2 className={classes["title"]} data-testid="walkthrough-step">
          {t("walk.step", { step: numbers.whole(step.step + 1) })} <span className={classes["state"]}>{t(state)}</span>
        </h2>
        <PhaseTabs step={step} />
        <ExplainButton topic={{ kind: "phase", id: phase }} />
        <PhaseMoves step={step} />
      </div>
      <Captions step={step} />
    </section>
  );
}

function PhaseTabs({ step }: { readonly step: StepData }) {
  const { t } = useLanguage();
  const phase = useView((view) => view.phase);
  const setView = useSetView();
  const list = useRef<HTMLDivElement>(null);
  const choose = (chosen: StepPhase | undefined): void => {
    if (chosen === undefined) return;
    setView({ phase: chosen });
    list.current?.querySelector<HTMLElement>(`[data-walk-phase=${chosen}]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = STEP_PHASES.indexOf(phase);
    const count = STEP_PHASES.length;
    const target = { ArrowRight: (at + 1) % count, ArrowLeft: (at + count - 1) % count, Home: 0, End: count - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    choose(STEP_PHASES[target]);
  };
  return (
    <div className={classes["tabs"]} role="tablist" aria-label={t("walk.phases")} ref={list} onKeyDown={onKeyDown}>
      {STEP_PHASES.map((name, i) => {
        const known = phaseKnown(step, name);
        return (
          <button
            key={name}
            type="button"
            role="tab"
            id={`walk-tab-${name}`}
            aria-selected={name === phase}
            aria-controls="walk-phase"
            tabIndex={name === phase ? 0 : -1}
            className={classes["tab"]}
            data-walk-phase={name}
            data-known={known}
            onClick={() => choose(name)}
          >
            <span className={classes["mark"]} aria-hidden="true">
              {known ? <CheckIcon /> : i + 1}
            </span>
            {t(`walk.phase.${name}`)}
            {!known && <span className="hidden-visually">, {t("walk.phase.notYet")}</span>}
          </button>
        );
      })}
    </div>
  );
}

function PhaseMoves({ step }: { readonly step: StepData }) {
  const { t } = useLanguage();
  const controller = useController();
  const phase = useView((view) => view.phase);
  const pinned = useView((view) => view.pinned);
  const setView = useSetView();
  const records = useRun((state) => state.records);
  const canAdvance = useRun(({ goal, status }) => goal === null && (status === "ready" || status === "paused")) && pinned === null;
  const earlier = records.findLast((record) => record.step < step.step)?.step ?? null;
  const later = records.find((record) => record.step > step.step)?.step ?? null;
  const place = { step, phase, earlier, later, canAdvance };
  const go = (move: PhaseMove): void => {
    if (move === null) return;
    if (move === "advance") controller.stepPhase();
    else setView({ phase: move.phase, pinned: move.step === step.step ? pinned : move.step });
  };
  const back = previousPhase(place);
  const onwards = nextPhase(place);
  return (
    <div className={classes["moves"]}>
      <Button
        variant="default"
        leftSection={<PreviousIcon />}
        disabled={back === null}
        onClick={() => go(back)}
        data-action="previousPhase"
      >
        {t("walk.previousPhase")}
      </Button>
      <Button variant="light" rightSection={<NextIcon />} disabled={onwards === null} onClick={() => go(onwards)} data-action="nextPhase">
        {t("walk.nextPhase")}
      </Button>
    </div>
  );
}
