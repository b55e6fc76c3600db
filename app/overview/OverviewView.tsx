// The first tab: what is going on, the settings, the headline charts and the newest samples.

import { ChartGrid } from "../charts/ChartGrid";
import { SettingsPanel } from "../config/SettingsPanel";
import { Intro } from "../help/Intro";
import { PipelineDiagram } from "../pipeline/PipelineDiagram";
import { LiveRun } from "../run/lab";
import { SamplesPanel } from "../samples/SamplesPanel";
import { useRestriction } from "../share/share";
import { useLanguage } from "../strings/strings";
import classes from "./OverviewView.module.css";

export function OverviewView() {
  const { t } = useLanguage();
  const restriction = useRestriction("settings");
  return (
    <>
      <Intro />
      <PipelineDiagram />
      <div className={classes["columns"]} data-single={restriction === "hidden"}>
        {restriction !== "hidden" && (
          <aside className={classes["side"]}>
            <LiveRun>
              <SettingsPanel />
            </LiveRun>
          </aside>
        )}
        <div className={classes["content"]}>
          <section id="charts" tabIndex={-1} aria-label={t("charts.title")}>
            <h2 className="hidden-visually">{t("charts.title")}</h2>
            <ChartGrid />
          </section>
          <SamplesPanel />
        </div>
      </div>
    </>
  );
}
