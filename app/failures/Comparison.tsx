// A failure and its healthy twin side by side: how far each is, where their options differ, their curves, and where they end.

import { Button } from "@mantine/core";
import { memo, useMemo, useState } from "react";
import type { LabConfig } from "../../src/config";
import type { FailurePreset } from "../../src/scenarios/presets";
import { PlayIcon } from "../icons";
import type { StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import classes from "./Comparison.module.css";
import { CompareChart } from "./CompareChart";
import { ALWAYS, endOf, sideDifferences, type SideRun, type Statistic, symptomOf, SYMPTOMS } from "./comparison";
import { Differences } from "./Differences";
import { type Side, SIDES } from "./snapshots";
import { SideState } from "./SideState";

interface Props {
  readonly preset: FailurePreset;
  readonly defaults: Partial<LabConfig>;
  readonly runs: Readonly<Record<Side, SideRun | null>>;
  readonly onRun: (side: Side) => void;
  readonly onClose: () => void;
}

const NO_POINTS: readonly StepPoint[] = [];

export function Comparison({ preset, defaults, runs, onRun, onClose }: Props) {
  const { t, language } = useLanguage();
  const [symptom, setSymptom] = useState<Statistic>(() => symptomOf(preset));
  const [cursor, setCursor] = useState<number | null>(null);
  const values = runs.values?.points ?? NO_POINTS;
  const twin = runs.twin?.points ?? NO_POINTS;
  const sides = useMemo(() => ({ values, twin }), [values, twin]);
  const statistics: readonly Statistic[] = [...ALWAYS, symptom];
  return (
    <section
      className={`card ${classes["comparison"]}`}
      aria-labelledby="comparison-title"
      data-testid="comparison"
      data-preset={preset.id}
    >
      <header className={classes["head"]}>
        <h3 id="comparison-title" tabIndex={-1}>
          {t("failures.comparison", { title: preset.title[language] })}
        </h3>
        <Button size="compact-sm" variant="subtle" onClick={onClose}>
          {t("failures.close")}
        </Button>
      </header>
      <div className={classes["sides"]}>
        {SIDES.map((side) => (
          <p key={side} data-side={side}>
            <b>{t(`failures.side.${side}`)}</b>
            <span className="numeric" data-testid={`state-${side}`}>
              <SideState run={runs[side]} />
            </span>
            {runs[side] === null && (
              <Button size="compact-xs" leftSection={<PlayIcon />} onClick={() => onRun(side)}>
                {t(side === "values" ? "failures.run" : "failures.runTwin")}
              </Button>
            )}
            {runs[side]?.turned === true && <span className={classes["turned"]}>{t("failures.turned")}</span>}
          </p>
        ))}
        <div>
          <b>{t("failures.differs")}</b>
          <Differences changes={sideDifferences(preset, defaults, runs)} />
        </div>
      </div>
      <div className={classes["charts"]}>
        {ALWAYS.map((statistic) => (
          <CompareChart
            key={statistic}
            statistic={statistic}
            title={t(`failures.stat.${statistic}`)}
            sides={sides}
            cursor={cursor}
            onCursor={setCursor}
          />
        ))}
        <div className={classes["fourth"]}>
          <CompareChart statistic={symptom} title={t(`failures.stat.${symptom}`)} sides={sides} cursor={cursor} onCursor={setCursor} />
          <label className={classes["pick"]}>
            {t("failures.alsoDraw")}
            <select value={symptom} onChange={(event) => setSymptom(event.currentTarget.value as Statistic)} data-testid="symptom">
              {SYMPTOMS.map((statistic) => (
                <option key={statistic} value={statistic}>
                  {t(`failures.stat.${statistic}`)}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
      <Ends sides={sides} statistics={statistics} />
      {SIDES.some((side) => runs[side]?.live === true) && <p className={classes["live"]}>{t("failures.nowLive")}</p>}
    </section>
  );
}

interface EndsProps {
  readonly sides: Readonly<Record<Side, readonly StepPoint[]>>;
  readonly statistics: readonly Statistic[];
}

const Ends = memo(function Ends({ sides, statistics }: EndsProps) {
  const { t, numbers } = useLanguage();
  const text = (side: Side, statistic: Statistic): string => {
    const value = endOf(sides[side], statistic);
    return value === null ? "–" : numbers.precise(value);
  };
  return (
    <table className={classes["ends"]}>
      <caption>{t("failures.end")}</caption>
      <thead>
        <tr>
          <td />
          {SIDES.map((side) => (
            <th key={side} scope="col">
              {t(`failures.side.${side}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {statistics.map((statistic) => (
          <tr key={statistic} data-statistic={statistic}>
            <th scope="row">{t(`failures.stat.${statistic}`)}</th>
            {SIDES.map((side) => (
              <td key={side} className="numeric">
                {text(side, statistic)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
});
