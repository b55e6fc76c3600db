// The responses of the step, a page at a time, as token strips coloured by one of their numbers; one token of them is looked at.

import { ActionIcon, NativeSelect } from "@mantine/core";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { useDrawTurn } from "../charts/drawQueue";
import { NextIcon, PreviousIcon } from "../icons";
import type { StepData } from "../run/stepData";
import { orderedRows, rolledOut, SAMPLE_ORDERS, type SampleOrder, scored } from "../samples/sampleBatch";
import { useLanguage } from "../strings/strings";
import { useSetView, useView } from "../view/view";
import { COLOURINGS, type Colouring } from "../view/viewState";
import { ColouringLegend } from "./ColouringLegend";
import { useLook } from "./look";
import classes from "./ResponseList.module.css";
import { ResponseRow } from "./ResponseRow";

/** Responses in the page at once; as many rows have recorded alternatives. */
const PAGE = 8;

export const ResponseList = memo(function ResponseList({ step }: { readonly step: StepData }) {
  const { t, numbers } = useLanguage();
  const look = useLook(useDrawTurn(step));
  const colouring = useView((view) => view.colouring);
  const setView = useSetView();
  const list = useRef<HTMLOListElement>(null);
  const [order, setOrder] = useState<SampleOrder>("asSampled");
  const rows = useMemo(() => rowsInOrder(look.step, look.responses.count, order), [look, order]);
  const place = Math.max(0, rows.indexOf(look.row));
  const first = place - (place % PAGE);
  const shown = rows.slice(first, first + PAGE);

  // A row that was reached with the arrow keys gets the focus once it is drawn.
  const [moved, setMoved] = useState(0);
  useEffect(() => {
    if (moved > 0) list.current?.querySelector<HTMLElement>("[aria-current=true]")?.focus();
  }, [moved]);
  const moveTo = (target: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, target))];
    if (row === undefined) return;
    setView({ row, token: Math.max(0, Math.min(look.token, look.responses.ids(row).length - 1)) });
    setMoved((times) => times + 1);
  };
  const turnTo = (target: number): void => setView({ row: rows[target] ?? 0, token: 0 });
  return (
    <section className={`card ${classes["card"]}`} aria-label={t("inspect.responses")} data-testid="responses">
      <header className={classes["header"]}>
        <h2 className="card-title">{t("inspect.responses")}</h2>
        <NativeSelect
          size="xs"
          aria-label={t("inspect.colouring")}
          title={t("inspect.colouring")}
          value={colouring}
          onChange={(event) => setView({ colouring: event.currentTarget.value as Colouring })}
          data={COLOURINGS.map((value) => ({ value, label: t(`inspect.colouring.${value}`) }))}
          data-testid="colouring"
        />
        <NativeSelect
          size="xs"
          aria-label={t("inspect.order")}
          title={t("inspect.order")}
          value={order}
          onChange={(event) => setOrder(event.currentTarget.value as SampleOrder)}
          data={SAMPLE_ORDERS.map((value) => ({ value, label: t(`samples.order.${value}`) }))}
          data-testid="response-order"
        />
      </header>
      <ColouringLegend look={look} colouring={colouring} />
      <ol className={classes["list"]} ref={list}>
        {shown.map((row) => (
          <ResponseRow
            key={row}
            look={look}
            row={row}
            colouring={colouring}
            onSelect={(token) => setView({ row, token })}
            onLeave={(direction) => moveTo(place + direction)}
          />
        ))}
      </ol>
      {rows.length > PAGE && (
        <footer className={classes["footer"]}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("inspect.previousRows")}
            disabled={first === 0}
            onClick={() => turnTo(first - PAGE)}
          >
            <PreviousIcon />
          </ActionIcon>
          <span className="dim numeric" data-testid="response-page">
            {t("inspect.rows", {
              from: numbers.whole(first + 1),
              to: numbers.whole(first + shown.length),
              total: numbers.whole(rows.length),
            })}
          </span>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("inspect.nextRows")}
            disabled={first + PAGE >= rows.length}
            onClick={() => turnTo(first + PAGE)}
          >
            <NextIcon />
          </ActionIcon>
        </footer>
      )}
    </section>
  );
});

function rowsInOrder({ step, rollout, scoring }: StepData, count: number, order: SampleOrder): readonly number[] {
  if (rollout === null) return Array.from({ length: count }, (_, row) => row);
  const batch = rolledOut({ ...rollout, step });
  return orderedRows(scoring === null ? batch : (scored(batch, { ...scoring, step }) ?? batch), order);
}
