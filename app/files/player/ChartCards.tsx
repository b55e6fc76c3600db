// The player's charts: reward and gold, KL, clip fraction.

import { useRunCharts } from "../../charts/runCharts";
import { CLIP_CHART, KL_CHART } from "../../charts/series";
import { SeriesChart } from "../../charts/SeriesChart";

export function ChartCards() {
  const { points, markers, target, emptyText, reward, rewardPoints } = useRunCharts();
  const shared = { points, markers, emptyText };
  return (
    <>
      <SeriesChart {...shared} spec={reward} points={rewardPoints} />
      <SeriesChart {...shared} spec={KL_CHART} target={target} />
      <SeriesChart {...shared} spec={CLIP_CHART} />
    </>
  );
}
