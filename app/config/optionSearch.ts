// Finding options: by name, reference name or help text, in the language of the page, without minding accents and case.

import { CONFIG_FIELDS, type ConfigField, type FieldGroup, FIELDS } from "../../src/config";
import type { Language } from "../strings/strings";
import { optionHelp, optionName } from "./optionTexts";

/** The groups in the order of a run, as the fact sheet has them. */
export const GROUPS = [
  "run",
  "batch",
  "sampling",
  "models",
  "reward",
  "score",
  "kl",
  "advantages",
  "losses",
  "optimizer",
  "logging",
  "evaluation",
  "quirks",
] as const satisfies readonly FieldGroup[];

/** Options that have every word of the query, in the order of the table; an empty query has them all. */
export function searchOptions(query: string, language: Language): ConfigField[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  return CONFIG_FIELDS.filter((field) => {
    const text = searchText(field, language);
    return words.every((word) => text.includes(word));
  });
}

function searchText(field: ConfigField, language: Language): string {
  const { reference } = FIELDS[field];
  return plain([optionName(field, language), field, reference ?? "", optionHelp(field, language)].join(" "));
}

/** Lower case without accents; Vietnamese people often search without them. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .replaceAll("đ", "d");
}
