// The charts of the page: their series, axes and palette. Lines differ in colour, lightness and dash.

import type { MetricHelp, ReadMetric } from "../help/metrics";
import {
  METRIC_HELP,
  readClipfrac,
  readGold,
  readGoldPart,
  readKl,
  readKlCoef,
  readPolicyLoss,
  readProxy,
  readTotalLoss,
  readValueLoss,
} from "../help/metrics";
import type { StringKey } from "../strings/strings";

export interface Series {
  readonly id: string;
  /** Text key, or a name from the data shown as it is. */
  readonly label: { readonly key: StringKey } | { readonly name: string };
  readonly read: ReadMetric;
  readonly colour: string;
  readonly dash?: string;
  readonly axis: "left" | "right";
}

export interface AxisSpec {
  /** Lowest and highest value always shown; the data may widen them. */
  readonly least?: number;
  readonly most?: number;
}

export interface ChartSpec {
  readonly id: string;
  readonly title: StringKey;
  readonly help: MetricHelp;
  readonly series: readonly Series[];
  readonly left: AxisSpec;
  readonly right?: AxisSpec;
  /** Shaded range of the left axis. */
  readonly healthyUpTo?: number;
}

const BLUE = "var(--lab-blue)";
const AMBER = "var(--lab-amber)";
const PURPLE = "var(--lab-purple)";
const GREEN = "var(--lab-green)";

const PART_LOOKS = [
  { colour: AMBER },
  { colour: BLUE, dash: "6 3" },
  { colour: PURPLE, dash: "2 3" },
  { colour: GREEN, dash: "8 3 2 3" },
] as const;

const KNOWN_PARTS: Readonly<Record<string, StringKey>> = {
  sentiment: "part.sentiment",
  grammatical: "part.grammatical",
  topic: "part.topic",
};

/** The text of a gold part's name. */
export function partLabel(part: string): Series["label"] {
  const key = KNOWN_PARTS[part];
  return key === undefined ? { name: part } : { key };
}

export const REWARD_CHART: ChartSpec = {
  id: "reward",
  title: "charts.reward",
  help: METRIC_HELP.proxy,
  series: [
    { id: "proxy", label: { key: "charts.proxySeries" }, read: readProxy, colour: BLUE, axis: "left" },
    { id: "gold", label: { key: "charts.goldSeries" }, read: readGold, colour: AMBER, dash: "6 3", axis: "right" },
  ],
  left: {},
  right: { least: 0, most: 1 },
};

export const KL_CHART: ChartSpec = {
  id: "kl",
  title: "charts.kl",
  help: METRIC_HELP.kl,
  series: [
    { id: "kl", label: { key: "charts.klSeries" }, read: readKl, colour: PURPLE, axis: "left" },
    { id: "klCoef", label: { key: "charts.klCoefSeries" }, read: readKlCoef, colour: GREEN, dash: "6 3", axis: "right" },
  ],
  left: { least: 0, most: 1 },
  right: { least: 0 },
};

export const CLIP_CHART: ChartSpec = {
  id: "clip",
  title: "charts.clip",
  help: METRIC_HELP.clipfrac,
  series: [{ id: "clipfrac", label: { key: "charts.clipSeries" }, read: readClipfrac, colour: GREEN, axis: "left" }],
  left: { least: 0, most: 0.3 },
  healthyUpTo: 0.25,
};

export const LOSS_CHART: ChartSpec = {
  id: "loss",
  title: "charts.loss",
  help: METRIC_HELP.loss,
  series: [
    { id: "total", label: { key: "charts.totalLossSeries" }, read: readTotalLoss, colour: BLUE, axis: "left" },
    { id: "policy", label: { key: "charts.policyLossSeries" }, read: readPolicyLoss, colour: PURPLE, dash: "2 3", axis: "left" },
    { id: "value", label: { key: "charts.valueLossSeries" }, read: readValueLoss, colour: AMBER, dash: "6 3", axis: "right" },
  ],
  left: {},
  right: { least: 0 },
};

/** One line per part of the gold scorer. */
export function goldChart(parts: readonly string[]): ChartSpec {
  return {
    id: "gold",
    title: "charts.gold",
    help: METRIC_HELP.goldParts,
    series: parts.map((part, i) => ({
      id: part,
      label: partLabel(part),
      read: readGoldPart(part),
      ...(PART_LOOKS[i % PART_LOOKS.length] as (typeof PART_LOOKS)[number]),
      axis: "left",
    })),
    left: { least: 0, most: 1 },
  };
}
