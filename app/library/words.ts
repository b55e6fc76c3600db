// Stored runs in words: names, dates, sizes, and why something did not work.

import { ReplayError } from "../../src/errors";
import { sizeText } from "../files/sizeText";
import { scenarioName } from "../config/scenarioNames";
import type { NumberWriter } from "../strings/numbers";
import type { Language, Translate } from "../strings/strings";
import type { RunRow } from "./runRow";
import { PINNED_RUNS } from "./saving";

/** The visitor's name for it, else its scenario and seed. */
export function nameOf({ name, shared }: RunRow, t: Translate, numbers: NumberWriter): string {
  if (name !== "") return name;
  const scenario = scenarioName(shared.scenario ?? "", t);
  return t("library.unnamed", { scenario, seed: numbers.option(shared.config.seed ?? 0) });
}

export function dateText(milliseconds: number, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(milliseconds);
}

/** Like a file's size, in GB where there are many of them. */
export function spaceText(bytes: number, numbers: NumberWriter): string {
  return bytes < 1e9 ? sizeText(bytes, numbers) : `${numbers.fixed(bytes / 1e9, 1)} GB`;
}

/** @param error what a method of the library's desk has thrown */
export function problemText(error: unknown, t: Translate, numbers: NumberWriter): string {
  if (error instanceof ReplayError && error.problem === "tooLarge") return t("library.tooLarge");
  const name = error instanceof Error ? error.name : "";
  if (name === "RunGoneError") return t("library.gone");
  if (name === "NoSnapshotError" || error instanceof ReplayError) return t("library.noSnapshot");
  if (name === "PinLimitError") return t("library.pinLimit", { pinned: numbers.whole(PINNED_RUNS) });
  return t("library.failed", { reason: error instanceof Error ? error.message : String(error) });
}
