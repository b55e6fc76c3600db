// What a report says: run, options, charts and the chosen token as plain data, ready to be drawn or read aloud.

import { CONFIG_FIELDS, type ConfigField, type LabConfig, withDefaults } from "../../../src/config";
import { optionName } from "../../config/optionTexts";
import { scenarioName } from "../../config/scenarioNames";
import { valueText } from "../../config/valueText";
import { responsesOf } from "../../inspector/responses";
import { tokenEntries } from "../../inspector/tokenEntries";
import { tokenAt } from "../../lenses/tokenAt";
import { nearestRecord } from "../../run/history";
import type { RunState } from "../../run/runState";
import { stepDataOf } from "../../run/stepData";
import { shownText } from "../../samples/tokenText";
import type { NumberWriter } from "../../strings/numbers";
import type { Language, Translate } from "../../strings/strings";
import type { ViewState } from "../../view/viewState";
import { LAB_VERSION } from "../labVersion";
import { type ReportChart, reportCharts } from "./reportChart";

export interface ReportList {
  readonly heading: string;
  readonly items: readonly string[];
}

export interface ReportToken {
  readonly heading: string;
  readonly prompt: string;
  /** The response, token by token. */
  readonly tokens: readonly string[];
  readonly chosen: number;
  readonly score: string;
  readonly numbers: readonly { readonly name: string; readonly value: string }[];
}

export interface ReportContent {
  readonly title: string;
  readonly facts: readonly string[];
  readonly options: ReportList;
  readonly turned: ReportList | null;
  readonly charts: readonly ReportChart[];
  /** null: none is chosen. */
  readonly token: ReportToken | null;
  readonly footer: readonly string[];
  readonly address: string;
  /** Leads to this very view; null where there is none, or none that others can open. */
  readonly link: string | null;
}

export interface ReportWords {
  readonly t: Translate;
  readonly numbers: NumberWriter;
  readonly language: Language;
}

interface Inputs {
  readonly state: RunState;
  readonly view: Pick<ViewState, "pinned" | "row" | "token" | "minibatch">;
  readonly address: string;
  readonly link: string | null;
  readonly now: Date;
}

/** Items of a list at most; the rest is counted. */
const MOST_ITEMS = 24;

/** @returns null before the first finished step */
export function reportContent({ state, view, address, link, now }: Inputs, words: ReportWords): ReportContent | null {
  const { t, numbers, language } = words;
  const { points, runConfig, scenario, opened, engineReport, info } = state;
  const newest = points.at(-1)?.step;
  if (newest === undefined || runConfig === null) return null;
  const at = view.pinned === null ? newest : Math.min(view.pinned + 1, newest);
  return {
    title: scenarioName(scenario ?? "", t),
    facts: [
      t("report.steps", { done: numbers.whole(newest), total: numbers.whole(info?.totalSteps ?? newest) }),
      ...(at === newest ? [] : [t("report.looked", { step: numbers.whole(at) })]),
      t("report.engine", { engine: engineReport?.engine ?? opened?.engine ?? "–" }),
      t("report.seed", { seed: numbers.option(runConfig.seed) }),
    ],
    options: changedOptions(state, runConfig, words),
    turned: turnedOptions(state, words),
    charts: reportCharts(state, at, t, numbers),
    token: view.token === null ? null : chosenToken(state, view, at, words),
    footer: [
      t("report.madeWith", { version: LAB_VERSION }),
      t("report.on", { date: new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(now) }),
    ],
    address,
    link,
  };
}

function limited(items: readonly string[], { t, numbers }: ReportWords): readonly string[] {
  if (items.length <= MOST_ITEMS) return items;
  return [...items.slice(0, MOST_ITEMS), t("report.more", { count: numbers.whole(items.length - MOST_ITEMS) })];
}

/** Against the scenario's defaults once the worker has told them, else against the reference's. The seed is among the facts. */
function changedOptions({ catalog, scenario }: RunState, config: LabConfig, words: ReportWords): ReportList {
  const { t, numbers, language } = words;
  const known = catalog?.scenarios.find(({ id }) => id === scenario);
  const defaults = withDefaults(known?.defaults ?? {});
  const changed = CONFIG_FIELDS.filter((field) => field !== "seed" && config[field] !== defaults[field]);
  const items = changed.map((field) => `${optionName(field, language)}: ${valueText(config[field], t, numbers)}`);
  return {
    heading: t(known === undefined ? "report.changedFromReference" : "report.changedFromScenario"),
    items: items.length === 0 ? [t("report.noChange")] : limited(items, words),
  };
}

function turnedOptions({ markers }: RunState, words: ReportWords): ReportList | null {
  const { t, numbers, language } = words;
  if (markers.length === 0) return null;
  const write = (field: ConfigField, from: LabConfig[ConfigField], to: LabConfig[ConfigField]): string =>
    t("settings.changeText", { name: optionName(field, language), from: valueText(from, t, numbers), to: valueText(to, t, numbers) });
  const items = markers.map(({ step, changes }) =>
    t("report.turnedAt", { step: numbers.whole(step), changes: changes.map(({ field, from, to }) => write(field, from, to)).join(", ") }),
  );
  return { heading: t("report.turned"), items: limited(items, words) };
}

function chosenToken(state: RunState, view: Inputs["view"], at: number, { t, numbers }: ReportWords): ReportToken | null {
  const record = nearestRecord(state.records, at - 1);
  const tokenTexts = state.info?.tokenTexts ?? [];
  if (record === null) return null;
  const step = stepDataOf(record);
  const minibatch = Math.max(0, Math.min(view.minibatch, step.minibatches.length - 1));
  const token = tokenAt(step, view.row, view.token, minibatch);
  if (token === null) return null;
  const responses = responsesOf(step, tokenTexts);
  const ids = responses.ids(token.row);
  return {
    heading: t("report.token", {
      token: numbers.whole(token.index + 1),
      count: numbers.whole(ids.length),
      row: numbers.whole(token.row + 1),
      step: numbers.whole(record.step + 1),
    }),
    prompt: responses.prompt(token.row) ?? "",
    tokens: ids.map((id) => shownText(id, tokenTexts)),
    chosen: token.index,
    score: t("report.score", { score: numbers.precise(record.scores[token.row] ?? Number.NaN) }),
    numbers: tokenEntries(token, numbers).map(([name, value]) => ({ name: t(`inspect.${name}`), value })),
  };
}

/** The whole report as text, for people who do not see the image. */
export function reportText(
  { title, facts, options, turned, charts, token, footer, address, link }: ReportContent,
  { t }: ReportWords,
): string {
  const list = ({ heading, items }: ReportList): string => `${heading}: ${items.join("; ")}.`;
  return [
    `PPO Lab, ${title}: ${facts.join(", ")}.`,
    list(options),
    ...(turned === null ? [] : [list(turned)]),
    ...charts.map((chart) => t("report.chartWords", { title: chart.title, series: chart.legend.map(({ words }) => words).join("; ") })),
    ...(token === null
      ? []
      : [
          `${token.heading}: ${token.tokens[token.chosen] ?? ""}. ${t("report.prompt")}: ${token.prompt} ${t("report.response")}: ${token.tokens.join(" ")} (${token.score}).`,
          `${token.numbers.map(({ name, value }) => `${name} ${value}`).join(", ")}.`,
        ]),
    [...footer, link ?? address].join(" · "),
  ].join("\n");
}
