// The numbers behind a chart as a table; only the rows in sight are in the page.

import { type UIEvent, useState } from "react";
import { useLanguage } from "../strings/strings";
import classes from "./DataTable.module.css";

export interface DataTableModel {
  readonly title: string;
  /** `id` heads the column in a CSV file; the first column names its row. */
  readonly columns: readonly { readonly id: string; readonly label: string }[];
  readonly rowCount: number;
  /** undefined where there is no number. */
  readonly cell: (row: number, column: number) => number | undefined;
}

interface Props {
  readonly model: DataTableModel;
  readonly newestFirst?: boolean;
}

const ROW = 26;
/** Rows in the page: what fits the container, and some beyond its edges. */
const SPARE = 6;
const IN_SIGHT = 12;

export function DataTable({ model: { title, columns, rowCount, cell }, newestFirst = false }: Props) {
  const { t, numbers } = useLanguage();
  const [scrolled, setScrolled] = useState(0);
  const first = Math.max(0, Math.min(rowCount - IN_SIGHT, Math.floor(scrolled / ROW)) - SPARE);
  const end = Math.min(rowCount, first + IN_SIGHT + 2 * SPARE);
  const onScroll = (event: UIEvent<HTMLElement>): void => setScrolled(event.currentTarget.scrollTop);
  return (
    <section
      className={classes["scroll"]}
      tabIndex={0}
      aria-label={t("charts.tableOf", { name: title })}
      onScroll={onScroll}
      data-testid="chart-table"
    >
      <table className={classes["table"]} aria-rowcount={rowCount + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ id, label }) => (
              <th key={id} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr aria-hidden="true" style={{ height: first * ROW }} />}
          {Array.from({ length: end - first }, (_, i) => first + i).map((shown) => {
            const row = newestFirst ? rowCount - 1 - shown : shown;
            return (
              <tr key={row} aria-rowindex={shown + 2} style={{ height: ROW }}>
                {columns.map(({ id }, column) => {
                  const value = cell(row, column);
                  const text = value === undefined ? "–" : numbers.precise(value);
                  return column === 0 ? (
                    <th key={id} scope="row" className="numeric">
                      {text}
                    </th>
                  ) : (
                    <td key={id} className="numeric" title={value === undefined ? undefined : String(value)}>
                      {text}
                    </td>
                  );
                })}
              </tr>
            );
          })}
          {end < rowCount && <tr aria-hidden="true" style={{ height: (rowCount - end) * ROW }} />}
        </tbody>
      </table>
    </section>
  );
}
