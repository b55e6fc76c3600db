// The frame of every chart: title, what it means, its numbers as a table, and room for a read-out above the drawing.

import { ActionIcon } from "@mantine/core";
import { lazy, memo, type ReactNode, Suspense, useCallback, useMemo, useState } from "react";
import { HelpPopover } from "../help/HelpPopover";
import { ChartIcon, TableIcon } from "../icons";
import { ExplainButton } from "../lenses/ExplainButton";
import { type StringKey, useLanguage } from "../strings/strings";
import classes from "./ChartCard.module.css";
import { CopyCsv } from "./CopyCsv";
import { DataTable, type DataTableModel } from "./DataTable";

const MetricHelp = lazy(async () => ({ default: (await import("./MetricHelp")).MetricHelp }));

export interface ChartCardProps {
  readonly id: string;
  readonly title: string;
  /** Key of the statistic under the title. */
  readonly subtitle?: string | undefined;
  readonly metrics: readonly string[];
  readonly note?: StringKey | undefined;
  /** Last line of the help. */
  readonly remark?: string | undefined;
  /** The numbers as they are now; null while there are none. */
  readonly table: (() => DataTableModel) | null;
  readonly newestFirst?: boolean;
  readonly actions?: ReactNode;
  readonly readout: ReactNode;
  readonly children: ReactNode;
  readonly wide?: boolean;
}

export function ChartCard(props: ChartCardProps) {
  const { id, title, subtitle, metrics, note, remark, table, newestFirst = false, actions, readout, children, wide = false } = props;
  const [wantsTable, setWantsTable] = useState(false);
  const toggle = useCallback(() => setWantsTable((wanted) => !wanted), []);
  const model = wantsTable && table !== null ? table() : null;
  return (
    <section className={`card ${classes["card"]}`} aria-label={title} data-chart={id} data-wide={wide}>
      <header className={classes["header"]}>
        <div className={classes["names"]}>
          <h3 className="card-title">{title}</h3>
          {subtitle !== undefined && <code className={classes["key"]}>{subtitle}</code>}
        </div>
        {model !== null && <CopyCsv model={model} />}
        {actions}
        <Buttons {...{ title, metrics, note, remark, wantsTable, toggle }} hasTable={table !== null} />
      </header>
      <div className={classes["readout"]}>{readout}</div>
      <div className={classes["plot"]}>{model === null ? children : <DataTable model={model} newestFirst={newestFirst} />}</div>
    </section>
  );
}

interface ButtonsProps extends Pick<ChartCardProps, "title" | "metrics" | "note" | "remark"> {
  readonly wantsTable: boolean;
  readonly toggle: () => void;
  readonly hasTable: boolean;
}

/** Memoised: new numbers change nothing here. */
const Buttons = memo(function Buttons({ title, metrics, note, remark, wantsTable, toggle, hasTable }: ButtonsProps) {
  const { t } = useLanguage();
  const label = t(wantsTable ? "charts.showChart" : "charts.showTable", { name: title });
  const topic = useMemo(() => ({ kind: "metric", id: metrics[0] ?? "" }) as const, [metrics]);
  return (
    <>
      <ExplainButton topic={topic} />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={24}
        aria-label={label}
        title={label}
        c="var(--lab-dim)"
        disabled={!hasTable}
        onClick={toggle}
        data-action="table"
      >
        {wantsTable ? <ChartIcon /> : <TableIcon />}
      </ActionIcon>
      <HelpPopover label={t("charts.about", { name: title })}>
        {note !== undefined && <p className={classes["note"]}>{(t as (key: StringKey) => string)(note)}</p>}
        <Suspense fallback={<p aria-busy="true">…</p>}>
          <MetricHelp metrics={metrics} />
        </Suspense>
        {remark !== undefined && <p className={classes["note"]}>{remark}</p>}
      </HelpPopover>
    </>
  );
});

/** What stands in the plot's place while there is nothing to draw. */
export function EmptyPlot({ children }: { readonly children: ReactNode }) {
  return <p className={classes["empty"]}>{children}</p>;
}
