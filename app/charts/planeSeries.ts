// What the proxy-gold-KL plane reads of a step.

import { readKl } from "../help/metrics";
import type { LegendSeries } from "./Legend";
import { REWARD_CHART } from "./series";

const KL: LegendSeries = {
  id: "planeKl",
  label: { metric: "objective/kl" },
  read: readKl,
  colour: "var(--lab-dim)",
  axis: "bottom",
  dash: "1 3",
};

export const PLANE_SERIES: readonly LegendSeries[] = [KL, ...REWARD_CHART.series];
