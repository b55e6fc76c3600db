// The headline charts of the overview on one grid, with the newest numbers beside them.

import classes from "./ChartGrid.module.css";
import { HeadlineCharts } from "./HeadlineCharts";
import { LatestNumbers } from "./LatestNumbers";
import { useRunCharts } from "./runCharts";

export function ChartGrid() {
  const charts = useRunCharts();
  return (
    <div className={classes["grid"]}>
      <HeadlineCharts charts={charts} />
      <LatestNumbers first={charts.points[0]} latest={charts.points.at(-1)} />
    </div>
  );
}
