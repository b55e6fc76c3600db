// `lab config`: every option with both layers of defaults and the value in force.

import { CONFIG_FIELDS, FIELDS, REFERENCE_DEFAULTS } from "../config";
import type { LabArguments } from "./labArguments";

/** One line per option, or with --json one object {option: {reference, scenario, value, help}}. */
export function printConfig({ scenario, config, json }: LabArguments): void {
  const rows = CONFIG_FIELDS.map((name) => ({
    name,
    reference: REFERENCE_DEFAULTS[name],
    scenario: scenario.defaults[name],
    value: config[name],
    help: FIELDS[name].help,
  }));
  if (json) {
    const byName = Object.fromEntries(
      rows.map(({ name, reference, scenario: own = reference, value, help }) => [name, { reference, scenario: own, value, help }]),
    );
    process.stdout.write(`${JSON.stringify(byName)}\n`);
    return;
  }
  const line = (name: string, reference: string, own: string, value: string, help: string) =>
    `${name.padEnd(32)}${reference.padEnd(12)}${own.padEnd(12)}${value.padEnd(12)}${help}\n`;
  process.stdout.write(line("option", "reference", scenario.id, "in force", "what it does"));
  for (const row of rows)
    process.stdout.write(
      line(row.name, String(row.reference), row.scenario === undefined ? "" : String(row.scenario), String(row.value), row.help),
    );
  process.stdout.write(`\n${scenario.referencePresetNote}\n`);
}
