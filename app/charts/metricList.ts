// The statistics that a run holds, in the order of the table, and searching them.

import { METRIC_GROUPS, METRIC_KEYS, METRICS, type MetricGroup, metricKeyOf } from "../help/metrics";
import type { StepPoint } from "../run/runState";

/** Statistics that have been seen so far; looks at every point once only. */
export class KeyCollector {
  private newest: StepPoint | undefined;
  private seen = 0;
  private keys: readonly string[] = [];

  /** Keys of all the points, sorted; the same array as long as nothing new turns up. */
  update(points: readonly StepPoint[]): readonly string[] {
    // Another run, or an earlier state of this one.
    if (this.seen > points.length || (this.seen > 0 && points[this.seen - 1] !== this.newest)) {
      this.seen = 0;
      this.keys = [];
    }
    const known = new Set(this.keys);
    for (const { stats } of points.slice(this.seen)) for (const key of Object.keys(stats)) known.add(key);
    this.seen = points.length;
    this.newest = points.at(-1);
    if (known.size !== this.keys.length) this.keys = [...known].toSorted();
    return this.keys;
  }
}

/** Every statistic of the table that is no family; what a visitor may read about before there is a run. */
export const TABLE_KEYS: readonly string[] = METRIC_KEYS.filter((key) => !key.includes("*"));

/** Statistics with many numbers a step: of every run. */
export const VECTOR_KEYS: readonly string[] = METRIC_KEYS.filter((key) => METRICS[key].kind === "vector");

export function groupOf(key: string): MetricGroup {
  const known = metricKeyOf(key);
  return known === null ? "lab" : METRICS[known].group;
}

/** Keys by group, in the table's order; unknown ones at the end of the lab's. */
export function grouped(keys: readonly string[]): readonly (readonly [MetricGroup, readonly string[]])[] {
  const place = (key: string): number => {
    const known = metricKeyOf(key);
    return known === null ? METRIC_KEYS.length : METRIC_KEYS.indexOf(known);
  };
  const ordered = keys.toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  return METRIC_GROUPS.map((group) => [group, ordered.filter((key) => groupOf(key) === group)] as const).filter(
    ([, held]) => held.length > 0,
  );
}

/** Lower case without accents, so that "do lech" finds "Độ lệch". */
export function searchForm(text: string): string {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");
}

/** Whether every word of the query is in one of the texts. */
export function matches(query: string, texts: readonly string[]): boolean {
  const words = searchForm(query).split(/\s+/).filter(Boolean);
  const haystack = searchForm(texts.join(" "));
  return words.every((word) => haystack.includes(word));
}

/** The newest value of a statistic, which some record at a few steps only; undefined for one with many numbers a step. */
export function newestValue(points: readonly StepPoint[], key: string): number | undefined {
  return VECTOR_KEYS.includes(key) ? undefined : points.findLast(({ stats }) => Object.hasOwn(stats, key))?.stats[key];
}
