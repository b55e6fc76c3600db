// An option's value in words of the page's language.

import type { LabConfig } from "../../src/config";
import type { NumberWriter } from "../strings/numbers";
import type { Translate } from "../strings/strings";

export function valueText(value: LabConfig[keyof LabConfig], t: Translate, numbers: NumberWriter): string {
  if (value === null) return t("settings.none");
  if (value === "") return t("options.empty");
  if (typeof value === "boolean") return t(value ? "options.on" : "options.off");
  return typeof value === "number" ? numbers.option(value) : value;
}
