// An error, readably: what happened, what to do, and the details for those who want them.

import { Alert, Button } from "@mantine/core";
import { WarningIcon } from "../icons";
import { WAITS, type WayBack } from "../run/failure";
import { useController, useRun } from "../run/lab";
import { type StringKey, type Translate, useLanguage } from "../strings/strings";
import classes from "./Notices.module.css";
import { WaitingNotice } from "./WaitingNotice";
import { WayBackButton } from "./WayBackButton";

const ADVICE: Readonly<Record<string, StringKey>> = {
  ConfigError: "error.advice.ConfigError",
  CheckpointError: "error.advice.CheckpointError",
  NonFiniteError: "error.advice.NonFiniteError",
  EngineError: "error.advice.EngineError",
  DeviceLostError: "error.advice.DeviceLostError",
  WorkerCrashError: "error.advice.WorkerCrashError",
  WorkerHungError: "error.advice.WorkerCrashError",
  RewardApiError: "error.advice.RewardApiError",
};

export function FailureNotice() {
  const { t, numbers } = useLanguage();
  const controller = useController();
  const failure = useRun((state) => state.failure);
  const waits = useRun((state) => state.status === "paused" && state.failure !== null && WAITS.has(state.failure.name));
  const fatal = useRun((state) => state.status === "failed");
  const begun = useRun((state) => state.position !== null);
  if (failure === null) return null;
  if (waits) return <WaitingNotice failure={failure} />;
  const { name, wayBack } = failure;
  const title = !fatal ? t("error.options") : begun ? t("error.title", { name }) : t("error.notStarted", { name });
  return (
    <Alert role="alert" className={classes["failure"]} color="red" icon={<WarningIcon />} title={title} data-testid="failure">
      <p className={classes["message"]}>{failure.message}</p>
      <p className={classes["message"]}>
        <b>{t("error.whatToDo")}: </b>
        {wayBack === null ? t((ADVICE[name] ?? "error.advice.other") as "error.advice.other") : wayBackAdvice(t, wayBack, numbers.whole)}
      </p>
      {failure.stack !== null && (
        <details className={classes["details"]}>
          <summary>{t("error.details")}</summary>
          <pre>{failure.stack}</pre>
        </details>
      )}
      <div className={classes["actions"]}>
        {fatal && wayBack !== null && <WayBackButton wayBack={wayBack} />}
        {fatal ? (
          <Button size="xs" variant={wayBack === null ? "filled" : "default"} onClick={() => controller.reset()}>
            {t("error.tryAgain")}
          </Button>
        ) : (
          <Button size="xs" variant="default" onClick={() => controller.dismissFailure()}>
            {t("error.dismiss")}
          </Button>
        )}
      </div>
    </Alert>
  );
}

function wayBackAdvice(t: Translate, { stepsDone, learningRate }: WayBack, whole: (x: number) => string): string {
  return learningRate === null ? t("notices.advice.wayBack", { step: whole(stepsDone) }) : t("notices.advice.blownUp");
}
