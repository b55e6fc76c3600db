// The failure gallery: every scenario's failures as cards, and the comparison of the chosen one with its healthy twin.

import { useMemo, useState } from "react";
import type { LabConfig } from "../../src/config";
import type { FailurePreset } from "../../src/scenarios/presets";
import { ConfirmDialog } from "../config/ConfirmDialog";
import { runIsLost } from "../config/runIsLost";
import { LiveRun, useController, useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { Comparison } from "./Comparison";
import { sideRun, type SideRun } from "./comparison";
import { FailureCard } from "./FailureCard";
import classes from "./FailuresView.module.css";
import type { Experiment, Side } from "./snapshots";

interface Entry {
  readonly preset: FailurePreset;
  readonly defaults: Partial<LabConfig>;
}

export function FailuresView() {
  return (
    <LiveRun>
      <Gallery />
    </LiveRun>
  );
}

function Gallery() {
  const { t, language } = useLanguage();
  const controller = useController();
  const catalog = useRun((state) => state.catalog);
  const entries = useMemo<readonly Entry[]>(
    () => (catalog?.scenarios ?? []).flatMap(({ failures, defaults }) => failures.map((preset) => ({ preset, defaults }))),
    [catalog],
  );
  const runsOf = useRuns();
  const lost = useRun(runIsLost);
  const last = useRun(({ experiment, snapshots }) => experiment?.preset ?? snapshots.at(-1)?.preset ?? null);
  // undefined: nobody chose; the newest experiment is compared.
  const [chosen, setChosen] = useState<string | null | undefined>(undefined);
  const [wanted, setWanted] = useState<Experiment | null>(null);
  const compared = entries.find(({ preset }) => preset.id === (chosen === undefined ? last : chosen)) ?? null;
  const titleOf = (id: string): string => entries.find(({ preset }) => preset.id === id)?.preset.title[language] ?? id;

  const start = (experiment: Experiment): void => {
    setChosen(experiment.preset);
    controller.runExperiment(experiment);
    show();
  };
  const ask = (preset: string, side: Side): void => {
    if (lost) setWanted({ preset, side });
    else start({ preset, side });
  };
  const compare = (preset: string): void => {
    setChosen(preset);
    show();
  };
  return (
    <section aria-labelledby="failures-title" className={classes["view"]} data-testid="failures">
      <header className={`card ${classes["head"]}`}>
        <h2 id="failures-title">{t("failures.title")}</h2>
        <p>{t("failures.intro")}</p>
        {catalog !== null && entries.length === 0 && <p>{t("failures.none")}</p>}
      </header>
      {compared !== null && (
        <Comparison
          key={compared.preset.id}
          {...compared}
          runs={runsOf(compared.preset.id)}
          onRun={(side) => ask(compared.preset.id, side)}
          onClose={() => setChosen(null)}
        />
      )}
      <div className={classes["grid"]}>
        {entries.map(({ preset, defaults }) => (
          <FailureCard
            key={preset.id}
            preset={preset}
            defaults={defaults}
            runs={runsOf(preset.id)}
            compared={compared?.preset === preset}
            onRun={(side) => ask(preset.id, side)}
            onCompare={() => compare(preset.id)}
          />
        ))}
      </div>
      {wanted !== null && (
        <ConfirmDialog
          title={t("failures.confirmTitle")}
          text={t("failures.confirm", { title: titleOf(wanted.preset) })}
          action={t("failures.confirmAction")}
          onConfirm={() => start(wanted)}
          onClose={() => setWanted(null)}
        />
      )}
    </section>
  );
}

/** Brings the comparison into sight, and the focus to its title, once it is drawn. */
function show(): void {
  requestAnimationFrame(() => {
    const title = document.getElementById("comparison-title");
    title?.focus({ preventScroll: true });
    title?.scrollIntoView({ block: "start" });
  });
}

/** The runs of both sides of a preset. */
function useRuns(): (preset: string) => Readonly<Record<Side, SideRun | null>> {
  const snapshots = useRun((state) => state.snapshots);
  const experiment = useRun((state) => state.experiment);
  const runConfig = useRun((state) => state.runConfig);
  const points = useRun((state) => (state.experiment === null ? NO_POINTS : state.points));
  const info = useRun((state) => state.info);
  const markers = useRun((state) => state.markers);
  return (preset) => {
    const state = { snapshots, experiment, runConfig, points, info, markers };
    return { values: sideRun(state, preset, "values"), twin: sideRun(state, preset, "twin") };
  };
}

const NO_POINTS: never[] = [];
