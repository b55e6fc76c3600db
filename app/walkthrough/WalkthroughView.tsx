// One PPO step, phase by phase: what happens, the responses, the phase itself, and the token that is looked at.

import { Button } from "@mantine/core";
import { TokenInspector } from "../inspector/TokenInspector";
import { ResponseList } from "../inspector/ResponseList";
import { PlayIcon, StepTokenIcon } from "../icons";
import { useController, useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { PhaseCard } from "./PhaseCard";
import { StepHeader } from "./StepHeader";
import { useShownStep } from "../view/view";
import { useFollowLive } from "./followLive";
import classes from "./WalkthroughView.module.css";

export function WalkthroughView() {
  useFollowLive();
  const step = useShownStep();
  if (step === null) return <NothingYet />;
  return (
    <>
      <StepHeader step={step} />
      <div className={classes["columns"]}>
        <div className={classes["responses"]}>
          <ResponseList step={step} />
        </div>
        <div className={classes["phase"]}>
          <PhaseCard step={step} />
        </div>
        <aside className={classes["inspector"]}>
          <TokenInspector step={step} />
        </aside>
      </div>
    </>
  );
}

function NothingYet() {
  const { t } = useLanguage();
  const controller = useController();
  const status = useRun((state) => state.status);
  const going = useRun((state) => state.goal !== null);
  const failed = status === "failed";
  return (
    <section className={`card ${classes["empty"]}`} data-testid="walkthrough-empty">
      <p>{t(failed ? "walk.emptyFailed" : status === "warming" ? "walk.emptyWarming" : "walk.empty")}</p>
      {!failed && (
        <div className={classes["emptyButtons"]}>
          <Button leftSection={<PlayIcon />} disabled={going} onClick={() => controller.run()}>
            {t("run.run")}
          </Button>
          <Button variant="default" leftSection={<StepTokenIcon />} disabled={going} onClick={() => controller.stepToken()}>
            {t("walk.firstToken")}
          </Button>
        </div>
      )}
    </section>
  );
}
