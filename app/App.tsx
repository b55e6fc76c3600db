// The page: head, run bar with timeline, views as tabs, notices, explanations.

import classes from "./App.module.css";
import { ExplainPanel } from "./lenses/ExplainPanel";
import { ChecksWatch } from "./checks/ChecksWatch";
import { Files } from "./files/Files";
import { LibraryNotices } from "./library/LibraryNotices";
import { ResumeBeside } from "./library/ResumeBeside";
import { Announcer } from "./notices/Announcer";
import { FailureNotice } from "./notices/FailureNotice";
import { Privacy } from "./notices/Privacy";
import { RunBlock } from "./notices/RunBlock";
import { RunWarnings } from "./notices/RunWarnings";
import { PageHeader } from "./PageHeader";
import { OfflineUse } from "./offline/OfflineUse";
import { RecordingNote } from "./replay/RecordingNote";
import { LiveRun } from "./run/lab";
import { RunBar } from "./run/RunBar";
import { useShortcuts } from "./run/shortcuts";
import { UnderTheHood } from "./run/UnderTheHood";
import { EmbedHeader } from "./share/EmbedHeader";
import { LinkBand } from "./share/LinkBand";
import { useEmbedded } from "./share/share";
import { useLanguage } from "./strings/strings";
import { TabBar, TabPanel } from "./view/TabBar";

export function App() {
  const { t } = useLanguage();
  useShortcuts();
  const embedded = useEmbedded();
  return (
    <>
      <a className={classes["skip"]} href="#tab-panel">
        {t("app.skip")}
      </a>
      {embedded ? <EmbedHeader /> : <PageHeader />}
      <RunBar />
      <TabBar />
      <main className={classes["main"]} data-embedded={embedded}>
        <Announcer />
        <ChecksWatch />
        <OfflineUse />
        <LinkBand />
        <LiveRun>
          <FailureNotice />
        </LiveRun>
        <LibraryNotices />
        <ResumeBeside>
          <RecordingNote />
        </ResumeBeside>
        <RunBlock />
        <RunWarnings />
        <TabPanel />
      </main>
      <ExplainPanel />
      <Files />
      {!embedded && (
        <>
          <UnderTheHood />
          <footer className={classes["footer"]}>
            <Privacy />
          </footer>
        </>
      )}
    </>
  );
}
