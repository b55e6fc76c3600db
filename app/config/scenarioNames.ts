// Names of the scenarios for people; one that the page does not know is shown by its id.

import type { StringKey, Translate } from "../strings/strings";

const NAMES: Readonly<Record<string, StringKey>> = {
  reviews: "scenario.reviews",
  "tool-calls": "scenario.toolCalls",
  sums: "scenario.sums",
  summaries: "scenario.summaries",
};

export function scenarioName(id: string, t: Translate): string {
  const key = Object.hasOwn(NAMES, id) ? NAMES[id] : undefined;
  return key === undefined ? id : t(key as "scenario.reviews");
}
