// What keeps the run from starting, and the way to repair it.

import { Alert, Button } from "@mantine/core";
import { lazy, Suspense } from "react";
import { blockedBy } from "../checks/checks";
import { StopIcon } from "../icons";
import { LiveRun, useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { useSetView, useView } from "../view/view";
import classes from "./Notices.module.css";

const Fixes = lazy(async () => ({ default: (await import("../checks/GateCard")).Fixes }));

export function RunBlock() {
  return (
    <LiveRun>
      <Block />
    </LiveRun>
  );
}

function Block() {
  const { t, language } = useLanguage();
  const status = useRun((run) => run.status);
  const config = useRun((run) => run.config);
  const runConfig = useRun((run) => run.runConfig);
  const checks = useRun((run) => run.checks);
  const allowedOrigin = useRun((run) => run.allowedOrigin);
  const tab = useView((view) => view.tab);
  const setView = useSetView();
  const block = blockedBy({ status, config, runConfig, checks, allowedOrigin });
  // The checks themselves say it better.
  if (block === null || (block.kind === "gate" && tab === "checks")) return null;
  const toServer = (): void => {
    setView({ tab: "overview" });
    requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-testid=reward-address]")?.focus());
  };
  return (
    <Alert
      className={classes["block"]}
      color="red"
      icon={<StopIcon />}
      title={t("block.title")}
      data-testid="run-block"
      data-block={block.kind}
    >
      <p className={classes["message"]}>
        {block.kind === "gate"
          ? `${t(`gate.${block.report.id}`)}: ${block.report.finding[language]}`
          : block.kind === "consent"
            ? t("block.consent", { origin: block.origin })
            : t("block.address")}
      </p>
      <div className={classes["actions"]}>
        {block.kind === "gate" ? (
          <>
            <Suspense fallback={null}>
              <Fixes report={block.report} />
            </Suspense>
            <Button size="compact-sm" variant="default" onClick={() => setView({ tab: "checks" })} data-action="open-checks">
              {t("block.toChecks")}
            </Button>
          </>
        ) : (
          <Button size="compact-sm" variant="default" onClick={toServer} data-action="to-server">
            {t("block.toServer")}
          </Button>
        )}
      </div>
    </Alert>
  );
}
