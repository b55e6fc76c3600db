// The page: head, run bar, pipeline, settings beside charts and samples.

import { ChartGrid } from "./charts/ChartGrid";
import { SettingsPanel } from "./config/SettingsPanel";
import classes from "./App.module.css";
import { Intro } from "./help/Intro";
import { Announcer } from "./notices/Announcer";
import { FailureNotice } from "./notices/FailureNotice";
import { RunWarnings } from "./notices/RunWarnings";
import { PageHeader } from "./PageHeader";
import { PipelineStrip } from "./pipeline/PipelineStrip";
import { useController } from "./run/lab";
import { RunBar } from "./run/RunBar";
import { useShortcuts } from "./run/shortcuts";
import { UnderTheHood } from "./run/UnderTheHood";
import { SamplesPanel } from "./samples/SamplesPanel";
import { useLanguage } from "./strings/strings";

export function App() {
  const { t } = useLanguage();
  useShortcuts(useController());
  return (
    <>
      <a className={classes["skip"]} href="#charts">
        {t("app.skip")}
      </a>
      <PageHeader />
      <RunBar />
      <main className={classes["main"]}>
        <Announcer />
        <FailureNotice />
        <RunWarnings />
        <Intro />
        <PipelineStrip />
        <div className={classes["columns"]}>
          <aside className={classes["side"]}>
            <SettingsPanel />
          </aside>
          <div className={classes["content"]}>
            <section id="charts" tabIndex={-1} aria-label={t("charts.title")}>
              <h2 className="hidden-visually">{t("charts.title")}</h2>
              <ChartGrid />
            </section>
            <SamplesPanel />
          </div>
        </div>
      </main>
      <UnderTheHood />
      <footer className={classes["footer"]}>{t("footer.privacy")}</footer>
    </>
  );
}
