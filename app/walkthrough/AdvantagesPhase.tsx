// Advantages: GAE unrolled from the last token to the first, the recursion at one token, and why there is a value head.

import { useCells } from "../inspector/cells";
import type { Look } from "../inspector/look";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import { BaselineBars } from "./BaselineBars";
import { type GaeRow, gaeRow } from "./gae";
import classes from "./PhaseCard.module.css";
import { Recursion } from "./Recursion";
import { ResponseHead } from "./ResponseHead";
import { type Column, RowTable } from "./RowTable";

export function AdvantagesPhase({ look }: { readonly look: Look }) {
  const { t, numbers } = useLanguage();
  const setView = useSetView();
  const cell = useCells();
  const { responses, row, config } = look;
  const ids = responses.ids(row);
  const rows = ids.map((_, index) => {
    const token = look.numbersAt(index);
    return token === null ? null : gaeRow(token, config);
  });
  const column = (id: keyof GaeRow, head: string): Column => ({ id, head, cell: (i) => cell(rows[i]?.[id]) });
  const columns = [
    column("reward", t(config.ppoWhitenRewards ? "walk.gae.whitenedReward" : "walk.gae.reward")),
    column("value", t("walk.gae.value")),
    column("nextValue", t("walk.gae.nextValue")),
    column("delta", t("walk.gae.delta")),
    column("carried", t("walk.gae.carried")),
    column("advantage", t("walk.gae.advantage")),
    column("ret", t("walk.gae.return")),
    column("whitened", t("walk.gae.whitened")),
  ];
  const selected = rows[look.token] ?? null;
  return (
    <>
      <div className={classes["part"]}>
        <ResponseHead look={look} />
        {selected !== null && !Number.isNaN(selected.advantage) && <Recursion look={look} row={selected} />}
        <p className={classes["note"]}>
          {t("walk.gae.order")} {t("walk.tableHint")}
        </p>
      </div>
      <RowTable
        label={t("walk.response", { row: numbers.whole(row + 1) })}
        rows={ids.map((_, index) => index).toReversed()}
        rowHead={t("walk.token")}
        rowName={(index) => look.textOf(ids[index] ?? -1)}
        columns={columns}
        selected={look.token}
        onSelect={(token) => setView({ row, token })}
      />
      <div className={classes["part"]}>
        <BaselineBars look={look} />
      </div>
    </>
  );
}
