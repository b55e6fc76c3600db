// What recording is on the page and what the step looked at holds of it; and why one could not be opened.

import { Button, CloseButton } from "@mantine/core";
import { scenarioName } from "../config/scenarioNames";
import { useLab, useReplay, useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import { lastStep, type Recording } from "./recording";
import classes from "./RecordingNote.module.css";

/** @param closable whether there is a live run to go back to */
export function RecordingNote({ closable = true }: { readonly closable?: boolean }) {
  const { t } = useLanguage();
  const { replay } = useLab();
  const showing = useReplay((state) => state.showing);
  const problem = useReplay((state) => state.problem);
  if (problem !== null)
    return (
      <aside className={classes["note"]} role="alert" data-testid="recording-problem" data-problem={problem}>
        <p>{t(`replay.problem.${problem}`)}</p>
        <CloseButton size="sm" aria-label={t("replay.dismiss")} onClick={() => replay.dismissProblem()} />
      </aside>
    );
  if (showing === null || showing.recording === null) return null;
  return <Note recording={showing.recording} name={showing.name} closable={closable} />;
}

interface Props {
  readonly recording: Recording;
  readonly name: string | null;
  readonly closable: boolean;
}

function Note({ recording, name, closable }: Props) {
  const { t, numbers } = useLanguage();
  const { replay } = useLab();
  const setView = useSetView();
  const wantsLive = useReplay((state) => state.wantsLive);
  const at = useRun((state) => state.position?.step ?? null);
  const record = recording.records.find(({ step }) => step === at);
  const { meta, end, points } = recording;
  const read = numbers.whole(points.length);
  const keyframe = record === undefined || record.detail !== null ? null : nearestKeyframe(recording, record.step);
  return (
    <aside
      className={classes["note"]}
      aria-label={t("replay.note")}
      data-testid="recording"
      data-steps={points.length}
      data-end={end?.kind ?? "loading"}
    >
      <div className={classes["words"]}>
        <p>
          {t("replay.about", {
            scenario: scenarioName(meta.scenario, t),
            steps: numbers.whole(meta.steps),
            seed: numbers.option(meta.config.seed),
            engine: meta.engine,
          })}{" "}
          {name !== null && `${t("replay.file", { name })} `}
          {t("replay.madeWith", { version: meta.lab })}
        </p>
        {meta.note !== "" && (
          <p className={classes["own"]} data-testid="recording-note">
            {t("replay.itsNote", { note: meta.note })}
          </p>
        )}
        {end?.kind === "cut" && <p className={classes["remark"]}>{t("replay.cut", { read, steps: numbers.whole(meta.steps) })}</p>}
        {end?.kind === "whole" && points.length < meta.steps && (
          <p className={classes["remark"]}>{t("replay.partial", { read, steps: numbers.whole(meta.steps) })}</p>
        )}
        {end?.kind === "damaged" && (
          <p className={classes["remark"]}>{t("replay.damaged", { read: numbers.whole(lastStep(recording) + 1), steps: read })}</p>
        )}
        {record !== undefined && (
          <p className="numeric" data-testid="recording-step" data-full={record.detail !== null}>
            {record.detail === null ? t("replay.stepMain", rowsOf(record)) : t("replay.stepFull", rowsOf(record))}{" "}
            {keyframe !== null && (
              <Button size="compact-xs" variant="subtle" onClick={() => setView({ pinned: keyframe })}>
                {t("replay.toKeyframe", { step: numbers.whole(keyframe + 1) })}
              </Button>
            )}
          </p>
        )}
        <p role="status" className={classes["remark"]}>
          {wantsLive && t("replay.tokenNeedsLive")}
        </p>
      </div>
      {closable && (
        <CloseButton
          size="sm"
          aria-label={t("replay.close")}
          title={t("replay.close")}
          onClick={() => replay.close()}
          data-action="closeRecording"
        />
      )}
    </aside>
  );

  function rowsOf({ step, batch, keptRows, detail }: Recording["records"][number]) {
    return {
      step: numbers.whole(step + 1),
      batch: numbers.whole(batch),
      kept: numbers.whole(keptRows ?? batch),
      detail: numbers.whole(detail?.rows ?? 0),
    };
  }
}

/** The step with all detail that lies nearest, the later one of two. */
function nearestKeyframe({ records }: Recording, step: number): number | null {
  const full = records.filter(({ detail }) => detail !== null).map((record) => record.step);
  return full.reduce<number | null>((best, one) => (best === null || Math.abs(one - step) <= Math.abs(best - step) ? one : best), null);
}
