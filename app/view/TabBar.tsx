// The page's views as tabs, and the panel of the chosen one.

import { lazy, type ReactNode, Suspense, useRef } from "react";
import { ChecksBadge } from "../checks/CheckMarks";
import { OverviewView } from "../overview/OverviewView";
import { LiveRun } from "../run/lab";
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
  const choose = (chosen: Tab | undefined): void => {
    if (chosen === undefined) return;
    setView({ tab: chosen });
    list.current?.querySelector<HTMLElement>(`[data-tab=${chosen}]`)?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const at = TABS.indexOf(tab);
    const next: Record<string, Tab | undefined> = {
      ArrowRight: TABS[(at + 1) % TABS.length],
      ArrowLeft: TABS[(at + TABS.length - 1) % TABS.length],
      Home: TABS[0],
      End: TABS.at(-1),
    };
    if (!(event.key in next)) return;
    event.preventDefault();
    choose(next[event.key]);
  };
  return (
    <div className={classes["bar"]} role="tablist" aria-label={t("tabs.title")} ref={list} onKeyDown={onKeyDown}>
      {TABS.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          className={classes["tab"]}
          aria-selected={name === tab}
          aria-controls="tab-panel"
          tabIndex={name === tab ? 0 : -1}
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
  const tab = useView((view) => view.tab);
  return (
    <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className={classes["panel"]} data-panel={tab}>
      <Suspense fallback={<div className={classes["loading"]} aria-busy="true" />}>{PANELS[tab]()}</Suspense>
    </div>
  );
}
