// An error, readably: what happened, what to do, and the details for those who want them.

import { Alert, Button } from "@mantine/core";
import { WarningIcon } from "../icons";
import { useController, useRun } from "../run/lab";
import { type StringKey, useLanguage } from "../strings/strings";
import classes from "./Notices.module.css";

const ADVICE: Readonly<Record<string, StringKey>> = {
  ConfigError: "error.advice.ConfigError",
  CheckpointError: "error.advice.CheckpointError",
  NonFiniteError: "error.advice.NonFiniteError",
  EngineError: "error.advice.EngineError",
  DeviceLostError: "error.advice.DeviceLostError",
  WorkerCrashError: "error.advice.WorkerCrashError",
  RewardApiError: "error.advice.RewardApiError",
};

export function FailureNotice() {
  const { t } = useLanguage();
  const controller = useController();
  const failure = useRun((state) => state.failure);
  const fatal = useRun((state) => state.status === "failed");
  const begun = useRun((state) => state.position !== null);
  if (failure === null) return null;
  const { name } = failure;
  const title = !fatal ? t("error.options") : begun ? t("error.title", { name }) : t("error.notStarted", { name });
  return (
    <Alert role="alert" className={classes["failure"]} color="red" icon={<WarningIcon />} title={title} data-testid="failure">
      <p className={classes["message"]}>{failure.message}</p>
      <p className={classes["message"]}>
        <b>{t("error.whatToDo")}: </b>
        {t((ADVICE[name] ?? "error.advice.other") as "error.advice.other")}
      </p>
      {failure.stack !== null && (
        <details className={classes["details"]}>
          <summary>{t("error.details")}</summary>
          <pre>{failure.stack}</pre>
        </details>
      )}
      <div className={classes["actions"]}>
        {fatal ? (
          <Button size="xs" onClick={() => controller.reset()}>
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
