// The page's views as tabs, and the panel of the chosen one.

import { lazy, type ReactNode, Suspense, useRef } from "react";
import { ChecksBadge } from "../checks/CheckMarks";
import { OverviewView } from "../overview/OverviewView";
import { LiveRun } from "../run/lab";
import { useRestrictions } from "../share/share";
import { useLanguage } from "../strings/strings";
import classes from "./TabBar.module.css";
import { useSetView, useView } from "./view";
import { TABS, type Tab } from "./viewState";

const WalkthroughView = lazy(async () => ({ default: (await import("../walkthrough/WalkthroughView")).WalkthroughView }));
const ChartsView = lazy(async () => ({ default: (await import("../charts/ChartsView")).ChartsView }));
const ChecksView = lazy(async () => ({ default: (await import("../checks/ChecksView")).ChecksView }));
const FailuresView = lazy(async () => ({ default: (await import("../failures/FailuresView")).FailuresView }));

const PANELS: Readonly<Record<Tab, () => ReactNode>> = {
  overview: () => <OverviewView />,
  checks: () => (
    <LiveRun>
      <ChecksView />
    </LiveRun>
  ),
  failures: () => (
    <LiveRun>
      <FailuresView />
    </LiveRun>
  ),
  charts: () => <ChartsView />,
  walkthrough: () => <WalkthroughView />,
};

export function TabBar() {
  const { t } = useLanguage();
  const tab = useView((view) => view.tab);
  const setView = useSetView();
  const list = useRef<HTMLDivElement>(null);
  const restriction = useRestrictions();
  const shown = TABS.filter((name) => name === tab || restriction(name) !== "hidden");
  const free = shown.filter((name) => name === tab || restriction(name) === "none");
  const choose = (chosen: Tab | undefined): void => {
    if (chosen === undefined) return;
    setView({ tab: chosen });
    list.current?.querySelector<HTMLElement>(`[data-tab=${chosen}]`)?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const at = free.indexOf(tab);
    const next: Record<string, Tab | undefined> = {
      ArrowRight: free[(at + 1) % free.length],
      ArrowLeft: free[(at + free.length - 1) % free.length],
      Home: free[0],
      End: free.at(-1),
    };
    if (!(event.key in next)) return;
    event.preventDefault();
    choose(next[event.key]);
  };
  if (shown.length < 2) return null;
  return (
    <div className={classes["bar"]} role="tablist" aria-label={t("tabs.title")} ref={list} onKeyDown={onKeyDown}>
      {shown.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          className={classes["tab"]}
          aria-selected={name === tab}
          aria-controls="tab-panel"
          tabIndex={name === tab ? 0 : -1}
          disabled={!free.includes(name)}
          title={free.includes(name) ? undefined : t("share.lockedWhy")}
          onClick={() => choose(name)}
          data-tab={name}
        >
          {t(`tabs.${name}`)}
          {name === "checks" && <ChecksBadge />}
        </button>
      ))}
    </div>
  );
}

export function TabPanel() {
  const { t } = useLanguage();
  const tab = useView((view) => view.tab);
  return (
    <div id="tab-panel" role="tabpanel" aria-label={t(`tabs.${tab}`)} className={classes["panel"]} data-panel={tab}>
      <Suspense fallback={<div className={classes["loading"]} aria-busy="true" />}>{PANELS[tab]()}</Suspense>
    </div>
  );
}
