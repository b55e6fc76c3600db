// The newest samples: prompt, response with tokens coloured by drift, score, gold and KL; in the order one asks for.

import { Button, NativeSelect } from "@mantine/core";
import { useCallback, useMemo, useState } from "react";
import { useDrawTurn } from "../charts/drawQueue";
import { useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import { KlLegend } from "./KlLegend";
import { SampleRow } from "./SampleRow";
import classes from "./SamplesPanel.module.css";
import { orderedRows, SAMPLE_ORDERS, type SampleOrder, sampleAt } from "./sampleBatch";

const SHOWN_AT_FIRST = 6;
const SHOWN_MORE = 12;

/** Where the token is that someone points at: its batch row and its place in the response. */
export interface TokenPlace {
  readonly row: number;
  readonly index: number;
}

export function SamplesPanel() {
  const { t, numbers } = useLanguage();
  const batch = useDrawTurn(useRun((state) => state.samples));
  const tokenTexts = useRun((state) => state.info?.tokenTexts) ?? [];
  const [order, setOrder] = useState<SampleOrder>("asSampled");
  const [limit, setLimit] = useState(SHOWN_AT_FIRST);
  const [focus, setFocus] = useState<TokenPlace | null>(null);
  const setView = useSetView();
  const running = useRun((state) => state.goal !== null);
  const sampledAt = batch?.step ?? null;
  const isPast = useRun(({ points }) => sampledAt !== null && sampledAt + 1 < (points.at(-1)?.step ?? 0));
  // A run that goes on would carry the token away: its step stays put until released, as an earlier step of a recording does.
  const openToken = useCallback(
    ({ row, index }: TokenPlace) => setView({ tab: "walkthrough", row, token: index, pinned: running || isPast ? sampledAt : null }),
    [setView, running, isPast, sampledAt],
  );
  const rows = useMemo(() => (batch === null ? [] : orderedRows(batch, order)), [batch, order]);
  const shown = useMemo(() => (batch === null ? [] : rows.slice(0, limit).map((row) => sampleAt(batch, row))), [batch, rows, limit]);
  // Looked up anew at every draw: a sample is shown before it is scored, and its numbers come while someone points at it.
  const token = focus === null ? undefined : shown.find(({ row }) => row === focus.row)?.tokens[focus.index];
  return (
    <section className={`card ${classes["panel"]}`} aria-label={t("samples.title")} data-testid="samples">
      <header className={classes["header"]}>
        <h2 className={classes["title"]}>
          {t("samples.title")}
          {batch !== null && (
            <span className={`dim numeric ${classes["from"]}`} data-testid="samples-step">
              {t("samples.fromStep", { step: numbers.whole(batch.step + 1) })}
              {batch.scoring === null && ` · ${t("samples.unscored")}`}
            </span>
          )}
        </h2>
        <NativeSelect
          size="xs"
          className={classes["order"]}
          aria-label={t("samples.order")}
          value={order}
          onChange={(event) => setOrder(event.currentTarget.value as SampleOrder)}
          data={SAMPLE_ORDERS.map((value) => ({ value, label: t(`samples.order.${value}`) }))}
        />
      </header>
      {batch === null ? (
        <p className={classes["empty"]}>{t("samples.empty")}</p>
      ) : (
        <>
          <KlLegend token={token ?? null} tokenTexts={tokenTexts} />
          <ol className={classes["list"]}>
            {shown.map((sample) => (
              <SampleRow key={sample.row} sample={sample} tokenTexts={tokenTexts} onFocusToken={setFocus} onOpenToken={openToken} />
            ))}
          </ol>
          <footer className={classes["footer"]}>
            <span className="dim numeric">
              {t("samples.shown", { shown: numbers.whole(shown.length), total: numbers.whole(rows.length) })}
            </span>
            {limit > SHOWN_AT_FIRST && (
              <Button variant="subtle" size="compact-sm" onClick={() => setLimit(SHOWN_AT_FIRST)}>
                {t("samples.fewer")}
              </Button>
            )}
            {shown.length < rows.length && (
              <Button variant="subtle" size="compact-sm" onClick={() => setLimit(limit + SHOWN_MORE)}>
                {t("samples.more", { count: numbers.whole(Math.min(SHOWN_MORE, rows.length - shown.length)) })}
              </Button>
            )}
          </footer>
        </>
      )}
    </section>
  );
}
