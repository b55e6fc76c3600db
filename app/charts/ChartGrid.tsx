// All charts of the page on one grid: reward, KL and clip fraction first.

import { useMemo } from "react";
import { goldParts } from "../help/metrics";
import type { StringKey } from "../strings/strings";
import { useLanguage } from "../strings/strings";
import { useRun } from "../run/lab";
import type { RunState } from "../run/runState";
import classes from "./ChartGrid.module.css";
import { LatestNumbers } from "./LatestNumbers";
import { SeriesChart } from "./SeriesChart";
import { CLIP_CHART, goldChart, KL_CHART, LOSS_CHART, REWARD_CHART } from "./series";

const DEFAULT_PARTS = ["sentiment", "grammatical", "topic"];

export function ChartGrid() {
  const { t } = useLanguage();
  const points = useRun((state) => state.points);
  const markers = useRun((state) => state.markers);
  const emptyKey = useRun(emptyTextKey);
  const target = useRun(({ runConfig }) => (runConfig?.adapKlCtrl ? runConfig.ppoTarget : undefined));
  const latest = points.at(-1);
  const partNames = latest === undefined ? DEFAULT_PARTS.join() : goldParts(latest.stats).join();
  const gold = useMemo(() => goldChart(partNames === "" ? [] : partNames.split(",")), [partNames]);
  const shared = { points, markers, emptyText: t(emptyKey) };
  return (
    <div className={classes["grid"]}>
      <SeriesChart spec={REWARD_CHART} {...shared} />
      <SeriesChart spec={KL_CHART} {...shared} target={target} />
      <SeriesChart spec={CLIP_CHART} {...shared} />
      {partNames === "" ? (
        <SeriesChart spec={gold} points={[]} markers={[]} emptyText={t("charts.emptyNoGold")} />
      ) : (
        <SeriesChart spec={gold} {...shared} />
      )}
      <SeriesChart spec={LOSS_CHART} {...shared} />
      <LatestNumbers first={points[0]} latest={latest} />
    </div>
  );
}

function emptyTextKey({ status }: RunState): StringKey {
  switch (status) {
    case "warming":
      return "charts.emptyWarming";
    case "failed":
      return "charts.emptyFailed";
    case "ready":
    case "finished":
      return "charts.emptyReady";
    case "running":
    case "paused":
      return "charts.emptyRunning";
  }
}
