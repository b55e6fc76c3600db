// Progress of warm-up or run: a bar, where we are, and how long it will still take.

import { Progress } from "@mantine/core";
import type { WarmUpProgress } from "../../src/worker/protocol";
import { useLanguage } from "../strings/strings";
import { useRun } from "./lab";
import classes from "./RunProgress.module.css";
import { secondsPerStep, stepsDone } from "./runState";

export function RunProgress() {
  const { t, numbers } = useLanguage();
  const source = useRun((state) => state.source);
  const status = useRun((state) => state.status);
  const warmUp = useRun((state) => state.warmUp);
  const position = useRun((state) => state.position);
  const info = useRun((state) => state.info);
  const records = useRun((state) => state.records);
  const total = info?.totalSteps ?? 0;
  const done = stepsDone(position);
  const pace = secondsPerStep(records);

  const recorded = source.kind === "recording";
  const warming = status === "warming";
  const percent = warming ? warmUpPercent(warmUp) : total > 0 ? (100 * done) / total : 0;
  const where = warming
    ? t(recorded ? "replay.loading" : warmUp === null ? "warmUp.worker" : `warmUp.${warmUp.stage}`)
    : position === null || total === 0
      ? t("run.notStarted")
      : t("run.stepOf", { step: numbers.whole(position.step + 1), total: numbers.whole(total) });
  const timing: string[] = [];
  if (!warming && !recorded && pace !== null) {
    timing.push(t("run.perStep", { time: numbers.seconds(pace) }));
    if (done < total) timing.push(t("run.left", { time: numbers.seconds(pace * (total - done)) }));
  }
  return (
    <div className={classes["progress"]}>
      <div className={classes["line"]}>
        <span className={classes["status"]} data-status={status} data-source={source.kind} data-testid="status">
          {t(recorded ? "replay.label" : `status.${status}`)}
        </span>
        <span className="numeric" data-testid="position">
          {where}
        </span>
        <span className={`numeric ${classes["timing"]}`}>{timing.join(" · ")}</span>
      </div>
      <Progress.Root size={6} radius="xl" bg="var(--lab-grid)">
        <Progress.Section
          value={percent}
          color={status === "failed" ? "var(--lab-bad)" : "var(--lab-accent)"}
          aria-label={t("run.progress")}
          animated={warming}
          striped={warming}
        />
      </Progress.Root>
    </div>
  );
}

const STAGES: readonly WarmUpProgress["stage"][] = ["engine", "models", "networks"];

/** The stages share the bar equally. */
function warmUpPercent(warmUp: WarmUpProgress | null): number {
  if (warmUp === null) return 3;
  return (100 * (STAGES.indexOf(warmUp.stage) + warmUp.fraction)) / STAGES.length;
}
