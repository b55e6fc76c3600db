// A table whose rows can be looked at: one tab stop, arrow keys move through the rows, the chosen row is marked.

import type { KeyboardEvent, ReactNode } from "react";
import classes from "./RowTable.module.css";

export interface Column {
  readonly id: string;
  readonly head: string;
  readonly cell: (row: number) => ReactNode;
  /** In the line of sums below. */
  readonly foot?: ReactNode;
}

interface Props {
  readonly label: string;
  /** Row ids from top to bottom. */
  readonly rows: readonly number[];
  readonly rowHead: string;
  readonly rowName: (row: number) => ReactNode;
  readonly footName?: string;
  readonly columns: readonly Column[];
  readonly selected: number;
  readonly onSelect: (row: number) => void;
}

export function RowTable({ label, rows, rowHead, rowName, footName, columns, selected, onSelect }: Props) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const at = rows.indexOf(selected);
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const next = rows[Math.max(0, Math.min(rows.length - 1, target))];
    if (next === undefined) return;
    onSelect(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-row-button="${next}"]`)?.focus();
  };
  return (
    <div className={classes["scroll"]}>
      <table className={`numeric ${classes["table"]}`} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{rowHead}</th>
            {columns.map(({ id, head }) => (
              <th key={id} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={onKeyDown}>
          {rows.map((row) => (
            <tr key={row} data-selected={row === selected || undefined} data-row={row} onClick={() => onSelect(row)}>
              <th scope="row">
                <button
                  type="button"
                  className={classes["name"]}
                  data-row-button={row}
                  tabIndex={row === selected || (!rows.includes(selected) && row === rows[0]) ? 0 : -1}
                  aria-current={row === selected ? "true" : undefined}
                >
                  {rowName(row)}
                </button>
              </th>
              {columns.map(({ id, cell }) => (
                <td key={id} data-column={id}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {footName !== undefined && (
          <tfoot>
            <tr>
              <th scope="row">{footName}</th>
              {columns.map(({ id, foot }) => (
                <td key={id} data-column={id}>
                  {foot}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}
