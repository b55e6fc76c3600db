// The bar that stays in sight: run, pause, step, reset; how far the run is; what runs on what.

import { Button } from "@mantine/core";
import { PauseIcon, PlayIcon, ResetIcon, StepPhaseIcon, StepPpoIcon } from "../icons";
import { useLanguage } from "../strings/strings";
import { useController, useRun } from "./lab";
import classes from "./RunBar.module.css";
import { RunProgress } from "./RunProgress";

export function RunBar() {
  return (
    <div className={classes["bar"]}>
      <div className={classes["inner"]}>
        <RunButtons />
        <RunProgress />
        <RunFacts />
      </div>
    </div>
  );
}

function RunButtons() {
  const { t } = useLanguage();
  const controller = useController();
  const status = useRun((state) => state.status);
  const pursuing = useRun((state) => state.goal);
  const begun = useRun((state) => state.position !== null);
  const over = status === "finished" || status === "failed";
  const going = pursuing !== null;
  const runText = status === "finished" ? "run.again" : begun ? "run.continue" : "run.run";
  return (
    <div className={classes["buttons"]} role="toolbar" aria-label={t("run.controls")}>
      <Button
        className={classes["main"]}
        leftSection={going ? <PauseIcon /> : <PlayIcon />}
        onClick={() => controller.toggle()}
        disabled={status === "failed"}
        aria-keyshortcuts="Space"
        data-action={going ? "pause" : "run"}
      >
        {t(going ? "run.pause" : runText)}
      </Button>
      <Button
        variant="default"
        className={classes["compact"]}
        leftSection={<StepPhaseIcon />}
        onClick={() => controller.stepPhase()}
        disabled={over || going}
        aria-keyshortcuts="n"
        title={t("run.stepPhase")}
        data-action="stepPhase"
      >
        <span className={classes["label"]}>{t("run.stepPhase")}</span>
      </Button>
      <Button
        variant="default"
        className={classes["compact"]}
        leftSection={<StepPpoIcon />}
        onClick={() => controller.stepPpo()}
        disabled={over || going}
        aria-keyshortcuts="s"
        title={t("run.stepPpo")}
        data-action="stepPpo"
      >
        <span className={classes["label"]}>{t("run.stepPpo")}</span>
      </Button>
      <Button
        variant="subtle"
        color="gray"
        className={`${classes["compact"]} ${classes["reset"]}`}
        leftSection={<ResetIcon />}
        onClick={() => controller.reset()}
        disabled={!begun && status !== "failed" && !going}
        title={t("run.reset")}
        data-action="reset"
      >
        <span className={classes["label"]}>{t("run.reset")}</span>
      </Button>
    </div>
  );
}

function RunFacts() {
  const { t, numbers } = useLanguage();
  const scenario = useRun((state) => state.scenario);
  const engine = useRun((state) => state.engineReport?.engine ?? state.opened?.engine ?? null);
  const seed = useRun((state) => (state.runConfig ?? state.config).seed);
  const parameters = useRun((state) => state.info?.parameters ?? null);
  return (
    <dl className={classes["facts"]}>
      <div>
        <dt>{t("run.scenario")}</dt>
        <dd title={parameters === null ? undefined : t("run.parameters", { count: numbers.whole(parameters) })}>{scenario ?? "–"}</dd>
      </div>
      <div>
        <dt>{t("run.engine")}</dt>
        <dd>{engine ?? "–"}</dd>
      </div>
      <div>
        <dt>{t("run.seed")}</dt>
        <dd className="numeric">{numbers.option(seed)}</dd>
      </div>
    </dl>
  );
}
