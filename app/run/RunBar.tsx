// The bar that stays in sight: run, pause, step, reset; how far the run is; what runs on what.

import { Button, NativeSelect } from "@mantine/core";
import type { ReactNode } from "react";
import { blockedBy } from "../checks/checks";
import { RunVerdict } from "../checks/CheckMarks";
import { PauseIcon, PlayIcon, ResetIcon, StepMinibatchIcon, StepPhaseIcon, StepPpoIcon, StepTokenIcon } from "../icons";
import { RunLiveButton } from "../replay/RunLiveButton";
import { Lockable } from "../share/Lockable";
import { type StringKey, useLanguage } from "../strings/strings";
import { Timeline } from "../timeline/Timeline";
import { useController, usePlayer, useRun } from "./lab";
import { SPEEDS, type Speed } from "./pace";
import classes from "./RunBar.module.css";
import { RunProgress } from "./RunProgress";

export function RunBar() {
  return (
    <div className={classes["bar"]}>
      <div className={classes["inner"]}>
        <Lockable group="run">
          <RunButtons />
        </Lockable>
        <RunProgress />
        <RunFacts />
      </div>
      <Timeline />
    </div>
  );
}

interface StepButton {
  readonly action: string;
  readonly label: StringKey;
  readonly title: StringKey;
  readonly key: string;
  readonly icon: ReactNode;
  readonly press: (player: ReturnType<typeof usePlayer>) => void;
}

/** From the finest step to the coarsest. */
const STEPS: readonly StepButton[] = [
  { action: "stepToken", label: "run.token", title: "run.stepToken", key: "t", icon: <StepTokenIcon />, press: (to) => to.stepToken() },
  { action: "stepPhase", label: "run.phase", title: "run.stepPhase", key: "n", icon: <StepPhaseIcon />, press: (to) => to.stepPhase() },
  {
    action: "stepMinibatch",
    label: "run.minibatch",
    title: "run.stepMinibatch",
    key: "m",
    icon: <StepMinibatchIcon />,
    press: (to) => to.stepMinibatch(),
  },
  { action: "stepPpo", label: "run.ppo", title: "run.stepPpo", key: "s", icon: <StepPpoIcon />, press: (to) => to.stepPpo() },
];

function RunButtons() {
  const { t } = useLanguage();
  const controller = useController();
  const player = usePlayer();
  const source = useRun((state) => state.source);
  const status = useRun((state) => state.status);
  const pursuing = useRun((state) => state.goal);
  const begun = useRun((state) => state.position !== null);
  const speed = useRun((state) => state.speed);
  const over = status === "finished" || status === "failed";
  const going = pursuing !== null;
  const blocked = useRun((state) => blockedBy(state) !== null);
  const recorded = source.kind === "recording";
  const liveText = status === "finished" ? "run.again" : begun ? "run.continue" : "run.run";
  const runText = recorded ? (source.atEnd ? "replay.again" : "replay.play") : liveText;
  return (
    <div className={classes["buttons"]} role="toolbar" aria-label={t("run.controls")}>
      {recorded && <RunLiveButton />}
      <Button
        className={classes["main"]}
        variant={recorded ? "default" : "filled"}
        leftSection={going ? <PauseIcon /> : <PlayIcon />}
        onClick={() => player.toggle()}
        disabled={status === "failed" || (recorded && status === "warming") || (blocked && !going)}
        aria-keyshortcuts="Space"
        data-action={going ? "pause" : "run"}
      >
        {t(going ? "run.pause" : runText)}
      </Button>
      <RunVerdict />
      <div className={classes["steps"]} role="group" aria-label={t("run.step")}>
        {STEPS.map(({ action, label, title, key, icon, press }) => (
          <Button
            key={action}
            variant="default"
            className={classes["compact"]}
            leftSection={icon}
            onClick={() => press(player)}
            disabled={over || going || blocked}
            aria-label={t(title)}
            aria-keyshortcuts={key}
            title={`${t(title)} (${key.toUpperCase()})`}
            data-action={action}
          >
            <span className={classes["label"]}>{t(label)}</span>
          </Button>
        ))}
      </div>
      <NativeSelect
        className={classes["speed"]}
        aria-label={t("run.speed")}
        title={t("run.speed")}
        value={speed}
        onChange={(event) => controller.setSpeed(event.currentTarget.value as Speed)}
        data={SPEEDS.map((value) => ({ value, label: t(`run.speed.${value}`) }))}
        data-testid="speed"
      />
      <Button
        variant="subtle"
        color="gray"
        className={`${classes["compact"]} ${classes["reset"]}`}
        leftSection={<ResetIcon />}
        onClick={() => player.reset()}
        disabled={!begun && status !== "failed" && !going}
        title={t(recorded ? "replay.toStart" : "run.reset")}
        data-action="reset"
      >
        <span className={classes["label"]}>{t(recorded ? "replay.toStart" : "run.reset")}</span>
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
