// Choice of the scenario, with what it is about; asks before it throws a run away.

import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useController, useRun } from "../run/lab";
import { useLock } from "../share/Lockable";
import { useLanguage } from "../strings/strings";
import { ConfirmDialog } from "./ConfirmDialog";
import { runIsLost } from "./runIsLost";
import classes from "./ScenarioChoice.module.css";
import { useScenario } from "./scenarioDefaults";
import { scenarioName } from "./scenarioNames";

export function ScenarioChoice() {
  const { t, language } = useLanguage();
  const controller = useController();
  const scenario = useScenario();
  const scenarios = useRun((state) => state.catalog?.scenarios);
  const lost = useRun(runIsLost);
  const [wanted, setWanted] = useState<string | null>(null);
  const [whole, setWhole] = useState(false);
  const lock = useLock("scenario");
  const choose = (id: string): void => {
    if (lost) setWanted(id);
    else controller.chooseScenario(id);
  };
  return (
    <div>
      <NativeSelect
        label={t("run.scenario")}
        value={scenario?.id ?? ""}
        {...lock}
        disabled={scenarios === undefined || lock.disabled}
        onChange={(event) => choose(event.currentTarget.value)}
        data={(scenarios ?? []).map(({ id }) => ({ value: id, label: scenarioName(id, t) }))}
        data-testid="scenario"
      />
      {scenario !== null && (
        <>
          <p className={classes["about"]} data-whole={whole} data-testid="scenario-about">
            {scenario.about[language]}
          </p>
          <button type="button" className={classes["more"]} aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {t(whole ? "scenario.less" : "scenario.more")}
          </button>
        </>
      )}
      {wanted !== null && (
        <ConfirmDialog
          title={t("scenario.confirmTitle", { name: scenarioName(wanted, t) })}
          text={t("scenario.confirm")}
          action={t("scenario.confirmAction")}
          onConfirm={() => controller.chooseScenario(wanted)}
          onClose={() => setWanted(null)}
        />
      )}
    </div>
  );
}
