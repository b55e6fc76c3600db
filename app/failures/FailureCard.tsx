// One failure: what goes wrong, what to do, where it differs from its healthy twin, and buttons that run either.

import { Button } from "@mantine/core";
import { PlayIcon } from "../icons";
import type { FailurePreset } from "../../src/scenarios/presets";
import type { LabConfig } from "../../src/config";
import { scenarioName } from "../config/scenarioNames";
import { Lockable } from "../share/Lockable";
import { useLanguage } from "../strings/strings";
import { cause, sideDifferences, type SideRun } from "./comparison";
import { Differences } from "./Differences";
import classes from "./FailureCard.module.css";
import { FailureIcon } from "./FailureIcon";
import { type Side, SIDES } from "./snapshots";
import { SideState } from "./SideState";

interface Props {
  readonly preset: FailurePreset;
  /** Of its scenario. */
  readonly defaults: Partial<LabConfig>;
  readonly runs: Readonly<Record<Side, SideRun | null>>;
  readonly compared: boolean;
  readonly onRun: (side: Side) => void;
  readonly onCompare: () => void;
}

export function FailureCard({ preset, defaults, runs, compared, onRun, onCompare }: Props) {
  const { t, language } = useLanguage();
  const { id, scenario, title, symptom, remedy } = preset;
  const any = runs.values !== null || runs.twin !== null;
  return (
    <article className={`card ${classes["card"]}`} data-failure={id} data-compared={compared} aria-labelledby={`failure-${id}`}>
      <header className={classes["head"]}>
        <FailureIcon group={cause(preset)} />
        <div>
          <h3 id={`failure-${id}`}>{title[language]}</h3>
          <p>{t("failures.scenario", { name: scenarioName(scenario, t) })}</p>
        </div>
      </header>
      <dl className={classes["words"]}>
        <dt>{t("failures.symptom")}</dt>
        <dd>{symptom[language]}</dd>
        <dt>{t("failures.remedy")}</dt>
        <dd>{remedy[language]}</dd>
        <dt>{t("failures.differs")}</dt>
        <dd>
          <Differences changes={sideDifferences(preset, defaults, { values: null, twin: null })} />
        </dd>
      </dl>
      {any && (
        <ul className={classes["states"]}>
          {SIDES.map((side) => (
            <li key={side}>
              {t(`failures.side.${side}`)}: <SideState run={runs[side]} />
            </li>
          ))}
        </ul>
      )}
      <div className={classes["buttons"]}>
        <Lockable group="run">
          <Button size="xs" leftSection={<PlayIcon />} onClick={() => onRun("values")} data-action="run-failure">
            {t(runs.values === null ? "failures.run" : "failures.runAgain")}
          </Button>
          <Button size="xs" variant="default" leftSection={<PlayIcon />} onClick={() => onRun("twin")} data-action="run-twin">
            {t(runs.twin === null ? "failures.runTwin" : "failures.runTwinAgain")}
          </Button>
        </Lockable>
        {any && !compared && (
          <Button size="xs" variant="subtle" onClick={onCompare} data-action="compare">
            {t("failures.compare")}
          </Button>
        )}
      </div>
    </article>
  );
}
