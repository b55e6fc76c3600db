// The charts over the steps: their lines, marks, axes and palette. Lines differ in colour, lightness and dash, marks also in shape.

import type { ReadMetric } from "../help/metrics";
import {
  metricKeyOf,
  partOf,
  readerOf,
  readGold,
  readGoldPart,
  readKl,
  readKlCoef,
  readKlPenalty,
  readProxy,
  readScore,
  readTotalReward,
} from "../help/metrics";
import type { StringKey, Translate } from "../strings/strings";

/** Text key, a metric's name, or a name from the data shown as it is. */
export type Label = { readonly key: StringKey } | { readonly metric: string } | { readonly name: string };

export interface Series {
  readonly id: string;
  readonly label: Label;
  readonly read: ReadMetric;
  readonly colour: string;
  readonly dash?: string;
  readonly axis: "left" | "right";
  /** Single marks instead of a line: values that only some steps have. */
  readonly mark?: "circle" | "diamond";
}

export interface AxisSpec {
  /** Lowest and highest value always shown; the data may widen them. */
  readonly least?: number;
  readonly most?: number;
}

export interface ChartSpec {
  readonly id: string;
  readonly title: Label;
  /** Statistics that the help explains, the main one first. */
  readonly metrics: readonly string[];
  /** What the help says before that. */
  readonly note?: StringKey;
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
export function partLabel(part: string): { readonly key: StringKey } | { readonly name: string } {
  const key = Object.hasOwn(KNOWN_PARTS, part) ? KNOWN_PARTS[part] : undefined;
  return key === undefined ? { name: part } : { key };
}

/** The name of a statistic; its key when the table does not know it. */
export function metricName(key: string, t: Translate): string {
  const known = metricKeyOf(key);
  if (known === null) return key;
  const part = partOf(key);
  const named = t as (text: StringKey, values: { readonly part: string }) => string;
  return named(`metric.${known}`, { part: part === null ? "" : labelText(partLabel(part), t) });
}

export function labelText(label: Label, t: Translate): string {
  if ("name" in label) return label.name;
  return "metric" in label ? metricName(label.metric, t) : (t as (key: StringKey) => string)(label.key);
}

const PROXY: Series = { id: "proxy", label: { key: "charts.proxySeries" }, read: readProxy, colour: BLUE, axis: "left" };
const GOLD: Series = { id: "gold", label: { key: "charts.goldSeries" }, read: readGold, colour: AMBER, dash: "6 3", axis: "right" };

export const REWARD_CHART: ChartSpec = {
  id: "reward",
  title: { key: "charts.reward" },
  metrics: ["env/reward_mean", "lab/gold"],
  series: [PROXY, GOLD],
  left: {},
  right: { least: 0, most: 1 },
};

const EVALUATION_MARKS: readonly Series[] = [
  {
    id: "heldoutProxy",
    label: { key: "charts.heldoutProxy" },
    read: readerOf("lab/eval/heldout/proxy"),
    colour: BLUE,
    axis: "left",
    mark: "circle",
  },
  {
    id: "hardProxy",
    label: { key: "charts.hardProxy" },
    read: readerOf("lab/eval/hard/proxy"),
    colour: BLUE,
    axis: "left",
    mark: "diamond",
  },
  {
    id: "heldoutGold",
    label: { key: "charts.heldoutGold" },
    read: readerOf("lab/eval/heldout/gold"),
    colour: AMBER,
    axis: "right",
    mark: "circle",
  },
  {
    id: "hardGold",
    label: { key: "charts.hardGold" },
    read: readerOf("lab/eval/hard/gold"),
    colour: AMBER,
    axis: "right",
    mark: "diamond",
  },
];

/** The reward chart of a run that is evaluated now and then. */
export const EVALUATED_REWARD_CHART: ChartSpec = {
  ...REWARD_CHART,
  metrics: [...REWARD_CHART.metrics, "lab/eval/heldout/gold", "lab/eval/hard/gold"],
  series: [...REWARD_CHART.series, ...EVALUATION_MARKS],
};

export const KL_CHART: ChartSpec = {
  id: "kl",
  title: { key: "charts.kl" },
  metrics: ["objective/kl", "objective/kl_coef"],
  series: [
    { id: "kl", label: { key: "charts.klSeries" }, read: readKl, colour: PURPLE, axis: "left" },
    { id: "klCoef", label: { key: "charts.klCoefSeries" }, read: readKlCoef, colour: GREEN, dash: "6 3", axis: "right" },
  ],
  left: { least: 0, most: 1 },
  right: { least: 0 },
};

export const CLIP_CHART: ChartSpec = {
  id: "clip",
  title: { key: "charts.clip" },
  metrics: ["ppo/policy/clipfrac"],
  series: [{ id: "clipfrac", label: { key: "charts.clipSeries" }, read: readerOf("ppo/policy/clipfrac"), colour: GREEN, axis: "left" }],
  left: { least: 0, most: 0.3 },
  healthyUpTo: 0.25,
};

export const LOSS_CHART: ChartSpec = {
  id: "loss",
  title: { key: "charts.loss" },
  metrics: ["ppo/loss/total", "ppo/loss/policy", "ppo/loss/value"],
  series: [
    { id: "total", label: { key: "charts.totalLossSeries" }, read: readerOf("ppo/loss/total"), colour: BLUE, axis: "left" },
    {
      id: "policy",
      label: { key: "charts.policyLossSeries" },
      read: readerOf("ppo/loss/policy"),
      colour: PURPLE,
      dash: "2 3",
      axis: "left",
    },
    { id: "value", label: { key: "charts.valueLossSeries" }, read: readerOf("ppo/loss/value"), colour: AMBER, dash: "6 3", axis: "right" },
  ],
  left: {},
  right: { least: 0 },
};

/** What the reward of a response is made of. */
export const SPLIT_CHART: ChartSpec = {
  id: "split",
  title: { key: "charts.split" },
  note: "charts.splitNote",
  metrics: ["ppo/mean_scores", "objective/kl", "objective/kl_coef"],
  series: [
    { id: "score", label: { key: "charts.scoreSeries" }, read: readScore, colour: BLUE, axis: "left" },
    { id: "penalty", label: { key: "charts.penaltySeries" }, read: readKlPenalty, colour: PURPLE, dash: "2 3", axis: "left" },
    { id: "totalReward", label: { key: "charts.totalRewardSeries" }, read: readTotalReward, colour: GREEN, dash: "8 3 2 3", axis: "left" },
  ],
  left: { least: 0, most: 0 },
};

/** One line per part of the gold scorer. */
export function goldChart(parts: readonly string[]): ChartSpec {
  return {
    id: "gold",
    title: { key: "charts.gold" },
    metrics: ["lab/gold_*", "lab/gold"],
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
