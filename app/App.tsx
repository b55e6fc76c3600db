// The page: head, run bar with timeline, views as tabs, notices, explanations.

import classes from "./App.module.css";
import { ExplainPanel } from "./lenses/ExplainPanel";
import { ChecksWatch } from "./checks/ChecksWatch";
import { Announcer } from "./notices/Announcer";
import { FailureNotice } from "./notices/FailureNotice";
import { Privacy } from "./notices/Privacy";
import { RunBlock } from "./notices/RunBlock";
import { RunWarnings } from "./notices/RunWarnings";
import { PageHeader } from "./PageHeader";
import { RecordingNote } from "./replay/RecordingNote";
import { LiveRun } from "./run/lab";
import { RunBar } from "./run/RunBar";
import { useShortcuts } from "./run/shortcuts";
import { UnderTheHood } from "./run/UnderTheHood";
import { useLanguage } from "./strings/strings";
import { TabBar, TabPanel } from "./view/TabBar";

export function App() {
  const { t } = useLanguage();
  useShortcuts();
  return (
    <>
      <a className={classes["skip"]} href="#tab-panel">
        {t("app.skip")}
      </a>
      <PageHeader />
      <RunBar />
      <TabBar />
      <main className={classes["main"]}>
        <Announcer />
        <ChecksWatch />
        <LiveRun>
          <FailureNotice />
        </LiveRun>
        <RecordingNote />
        <RunBlock />
        <RunWarnings />
        <TabPanel />
      </main>
      <ExplainPanel />
      <UnderTheHood />
      <footer className={classes["footer"]}>
        <Privacy />
      </footer>
    </>
  );
}
