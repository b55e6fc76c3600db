// What the headline charts of a run are given: its points, markers, target, the parts of its judge's grade.

import { useMemo } from "react";
import { goldParts } from "../help/metrics";
import { useRun } from "../run/lab";
import type { RunState } from "../run/runState";
import { type StringKey, useLanguage } from "../strings/strings";
import { isEvaluated, withInitialEvaluation } from "./evaluationPoints";
import { EVALUATED_REWARD_CHART, goldChart, REWARD_CHART } from "./series";

const DEFAULT_PARTS = ["sentiment", "grammatical", "topic"];

export function useRunCharts() {
  const { t } = useLanguage();
  const points = useRun((state) => state.points);
  const markers = useRun((state) => state.markers);
  const firstRecord = useRun(({ records }) => (records[0]?.step === 0 ? records[0] : undefined));
  const target = useRun(({ runConfig }) => (runConfig?.adapKlCtrl ? runConfig.ppoTarget : undefined));
  const emptyText = t(useRun(emptyTextKey));
  const latest = points.at(-1);
  const partNames = latest === undefined ? DEFAULT_PARTS.join() : goldParts(latest.stats).join();
  const gold = useMemo(() => goldChart(partNames === "" ? [] : partNames.split(",")), [partNames]);
  const evaluated = useMemo(() => isEvaluated(points, firstRecord), [points, firstRecord]);
  const rewardPoints = useMemo(() => withInitialEvaluation(points, firstRecord), [points, firstRecord]);
  return {
    points,
    markers,
    target,
    emptyText,
    reward: evaluated ? EVALUATED_REWARD_CHART : REWARD_CHART,
    rewardPoints,
    gold,
    hasGold: partNames !== "",
  };
}

function emptyTextKey({ status }: RunState): EmptyKey {
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

type EmptyKey = Extract<StringKey, "charts.emptyWarming" | "charts.emptyFailed" | "charts.emptyReady" | "charts.emptyRunning">;
