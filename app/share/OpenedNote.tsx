// What the opened link still says: its title, the way to the sender's step, whether the run is the sender's, what is locked.

import { Button } from "@mantine/core";
import { useStore } from "zustand";
import { CheckIcon, LockIcon, WarningIcon } from "../icons";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { useView } from "../view/view";
import { groupList } from "./groupNames";
import classes from "./OpenedNote.module.css";
import { compareRun } from "./sameRun";
import { useEmbedded, useLinks, useLinkState, useRestriction } from "./share";
import type { SharedState } from "./sharedState";

export function OpenedNote({ opened }: { readonly opened: SharedState }) {
  const { t, language } = useLanguage();
  const embedded = useEmbedded();
  const { title, locked, hidden } = opened;
  const setUp = locked.length > 0 || hidden.length > 0;
  const step = <SenderStep opened={opened} />;
  const same = <SameRun opened={opened} />;
  if (embedded) return <Parts>{[step, same]}</Parts>;
  return (
    <Parts>
      {title !== "" && <h2 className={classes["title"]}>{title}</h2>}
      {step}
      {same}
      {setUp && (
        <p className={classes["setUp"]} data-testid="link-locked">
          <LockIcon />
          <span>
            {locked.length > 0 ? t("share.locked", { groups: groupList(locked, t, language) }) : t("share.setUp")}{" "}
            <a href={location.pathname} target="_blank" rel="noopener">
              {t("share.plain")}
            </a>
          </span>
        </p>
      )}
    </Parts>
  );
}

/** Takes no room when there is nothing to say. */
function Parts({ children }: { readonly children: React.ReactNode }) {
  const { t } = useLanguage();
  return (
    <section className={classes["note"]} aria-label={t("share.opened")} data-testid="link-opened">
      {children}
    </section>
  );
}

/** The run on the page gets to the step that the sender looked at only when it is run. */
function SenderStep({ opened: { pinned, recording } }: { readonly opened: SharedState }) {
  const { t, numbers } = useLanguage();
  const links = useLinks();
  const { live } = useLab();
  const done = useStore(live, ({ points }) => (points.at(-1)?.step ?? 0) - 1);
  const ready = useStore(live, ({ status }) => status === "ready" || status === "paused" || status === "running");
  const over = useStore(live, ({ status }) => status === "finished");
  const running = useLinkState((state) => state.runningTo !== null);
  const at = useView((view) => view.pinned);
  const free = useRestriction("run") === "none";
  if (pinned === null || recording !== null || at === pinned) return null;
  const step = numbers.whole(pinned + 1);
  if (running) return <p role="status">{t("share.step.running", { step })}</p>;
  if (done < pinned && (over || !free)) return null;
  return (
    <p data-testid="link-step">
      {t("share.step.wait", { step })}{" "}
      {done >= pinned ? (
        <Button size="compact-sm" variant="light" onClick={() => links.lookAtStep()} data-action="lookAtStep">
          {t("share.step.look", { step })}
        </Button>
      ) : (
        <Button size="compact-sm" onClick={() => links.runToStep()} disabled={!ready} data-action="runToStep">
          {t("share.step.runTo", { step })}
        </Button>
      )}
    </p>
  );
}

/** A quiet sign when the first step is the sender's; a sentence when it is not. */
function SameRun({ opened }: { readonly opened: SharedState }) {
  const { t } = useLanguage();
  const { live, controller } = useLab();
  const comparison = useStore(live, (run) => compareRun(opened, run));
  const here = useStore(live, (run) => (run.engineReport ?? run.opened)?.engine ?? null);
  const free = useRestriction("engine") === "none";
  if (comparison === null || opened.fingerprint === null || here === null) return <p role="status" className="hidden-visually" />;
  const there = opened.fingerprint.engine;
  if (comparison === "same")
    return (
      <p role="status" className={classes["same"]} title={t("share.sameWhy")} data-testid="same-run" data-comparison="same">
        <CheckIcon />
        {t("share.same")}
      </p>
    );
  return (
    <p role="status" className={classes["other"]} data-testid="same-run" data-comparison={comparison}>
      <WarningIcon />
      <span>
        {comparison === "engine" && t("share.other.offer", { here: t(`settings.engine.${here}`), there: t(`settings.engine.${there}`) })}
        {comparison === "sender" && t("share.other.sender", { there: t(`settings.engine.${there}`) })}
        {comparison === "version" && t("share.other.version")}
        {comparison === "engine" && free && (
          <>
            {" "}
            <Button size="compact-sm" variant="default" onClick={() => controller.chooseEngine("wasm")} data-action="useWasm">
              {t("share.other.useWasm")}
            </Button>
          </>
        )}
      </span>
    </p>
  );
}
