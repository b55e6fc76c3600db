// The chart of any one statistic.

import { metricKeyOf, METRICS, readerOf } from "../help/metrics";
import type { ChartSpec } from "./series";

export function metricChart(key: string): ChartSpec {
  const known = metricKeyOf(key);
  const group = known === null ? "lab" : METRICS[known].group;
  const unit = known === null ? "none" : METRICS[known].unit;
  const evaluated = group === "evaluation";
  return {
    id: `metric:${key}`,
    title: { metric: key },
    metrics: [key],
    series: [
      {
        id: key,
        label: { key: `metricUnit.${unit}` },
        read: readerOf(key),
        colour: evaluated ? "var(--lab-amber)" : "var(--lab-blue)",
        axis: "left",
        ...(evaluated ? { mark: key.includes("/hard/") ? ("diamond" as const) : ("circle" as const) } : {}),
      },
    ],
    left: unit === "grade" ? { least: 0, most: 1 } : unit === "share" || unit === "seconds" || unit === "responses" ? { least: 0 } : {},
  };
}
