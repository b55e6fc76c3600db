// A table as comma-separated values (RFC 4180): full precision, a dot as decimal sign, empty where there is no number.

import type { DataTableModel } from "./DataTable";

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export function csvOf({ columns, rowCount, cell }: DataTableModel): string {
  const lines = [columns.map(({ id }) => quoted(id)).join(",")];
  for (let row = 0; row < rowCount; row++) lines.push(columns.map((_, column) => numberText(cell(row, column))).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function numberText(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}
