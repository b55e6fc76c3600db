// The run waits because it got no scores: what happened, what to check, and the way on. Nothing is lost meanwhile.

import { Alert, Button } from "@mantine/core";
import { WarningIcon } from "../icons";
import type { Failure } from "../run/failure";
import { useController, useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import classes from "./Notices.module.css";

const PROBLEMS = ["unreachable", "timeout", "status", "reply", "consent", "key", "address"] as const;
type Problem = (typeof PROBLEMS)[number] | "offline";

export function WaitingNotice({ failure }: { readonly failure: Failure }) {
  const { t, numbers, language } = useLanguage();
  const controller = useController();
  const step = numbers.whole(useRun((state) => state.points.length) + 1);
  const problem: Problem = PROBLEMS.find((known) => known === failure.problem) ?? "offline";
  // What the server said can be known from its own words only; that message is English and ends with the advice.
  const said = problem === "status" || problem === "reply";
  const advice = said && language === "en" ? "" : t(`notices.advice.${problem}`);
  return (
    <Alert
      role="alert"
      className={classes["waiting"]}
      classNames={{ title: classes["waitingTitle"], icon: classes["waitingTitle"] }}
      color="yellow"
      icon={<WarningIcon />}
      title={t("notices.waits", { step })}
      data-testid="waiting"
      data-problem={problem}
    >
      <p className={classes["message"]}>{t(`notices.reward.${problem}`)}</p>
      {said && <p className={classes["message"]}>{failure.message}</p>}
      <p className={classes["message"]}>
        <b>{t("error.whatToDo")}: </b>
        {advice} {t("notices.nothingLost", { step })}
      </p>
      {!said && (
        <details className={classes["details"]}>
          <summary>{t("error.details")}</summary>
          <pre>{failure.message}</pre>
        </details>
      )}
      <div className={classes["actions"]}>
        <Button size="xs" onClick={() => controller.goOn()} data-action="goOn">
          {t("notices.goOn")}
        </Button>
      </div>
    </Alert>
  );
}
