// What a page that holds one run shows: playback and timeline, three charts, the samples and the token looked at.

import { Button, NativeSelect } from "@mantine/core";
import { ChartCards } from "./ChartCards";
import { TokenInspector } from "../../inspector/TokenInspector";
import { LanguageChoice, Logo, SchemeChoice } from "../../PageChoices";
import { RecordingNote } from "../../replay/RecordingNote";
import { PauseIcon, PlayIcon, ResetIcon } from "../../icons";
import { useLab, useReplay, useRun } from "../../run/lab";
import { SPEEDS, type Speed } from "../../run/pace";
import { RunProgress } from "../../run/RunProgress";
import { useShortcuts } from "../../run/shortcuts";
import { SamplesPanel } from "../../samples/SamplesPanel";
import { useLanguage } from "../../strings/strings";
import { Timeline } from "../../timeline/Timeline";
import { useShownStep } from "../../view/view";
import type { EmbeddedRun } from "./embeddedRun";
import classes from "./Player.module.css";

export function Player({ run }: { readonly run: EmbeddedRun | null }) {
  const { t } = useLanguage();
  const address = run?.address ?? null;
  const problem = useReplay((state) => state.problem);
  const refused =
    run === null
      ? "player.empty"
      : problem === "damaged"
        ? "player.damaged"
        : problem === null
          ? null
          : (`replay.problem.${problem}` as const);
  return (
    <>
      <header className={classes["header"]}>
        <Logo />
        <h1 className={classes["name"]}>{t("app.name")}</h1>
        <p className={classes["about"]}>{t("player.about")}</p>
        <div className={classes["choices"]}>
          {address !== null && (
            <a href={address} rel="noreferrer noopener" className={classes["lab"]}>
              {t("player.openLab")}
            </a>
          )}
          <LanguageChoice />
          <SchemeChoice />
        </div>
      </header>
      {refused !== null ? (
        <p className={classes["refused"]} role="alert" data-testid="player-refused">
          {t(refused)}
        </p>
      ) : (
        <Recorded />
      )}
    </>
  );
}

function Recorded() {
  const { t } = useLanguage();
  const step = useShownStep();
  useShortcuts();
  return (
    <>
      <div className={classes["bar"]}>
        <Playback />
        <Timeline />
      </div>
      <main className={classes["main"]} aria-label={t("player.title")}>
        <RecordingNote closable={false} />
        <section aria-label={t("charts.title")} className={classes["charts"]}>
          <ChartCards />
        </section>
        <div className={classes["columns"]}>
          <SamplesPanel />
          <aside>{step !== null && <TokenInspector step={step} />}</aside>
        </div>
      </main>
    </>
  );
}

function Playback() {
  const { t } = useLanguage();
  const { replay, controller } = useLab();
  const source = useRun((state) => state.source);
  const playing = useRun((state) => state.goal !== null);
  const speed = useRun((state) => state.speed);
  const loading = useRun((state) => state.status === "warming");
  const atEnd = source.kind === "recording" && source.atEnd;
  return (
    <div className={classes["playback"]}>
      <div className={classes["buttons"]} role="toolbar" aria-label={t("player.controls")}>
        <Button
          className={classes["play"]}
          leftSection={playing ? <PauseIcon /> : <PlayIcon />}
          onClick={() => replay.toggle()}
          disabled={loading}
          aria-keyshortcuts="Space"
          data-action={playing ? "pause" : "run"}
        >
          {t(playing ? "run.pause" : atEnd ? "replay.again" : "replay.play")}
        </Button>
        <NativeSelect
          aria-label={t("run.speed")}
          value={speed}
          onChange={(event) => controller.setSpeed(event.currentTarget.value as Speed)}
          data={SPEEDS.map((value) => ({ value, label: t(`run.speed.${value}`) }))}
        />
        <Button
          variant="subtle"
          color="gray"
          leftSection={<ResetIcon />}
          onClick={() => replay.reset()}
          disabled={loading}
          data-action="reset"
        >
          {t("replay.toStart")}
        </Button>
      </div>
      <RunProgress />
    </div>
  );
}
