// The chosen response before and after the update: each token's probability, and whether it moved as its advantage asked.

import { useCells } from "../inspector/cells";
import type { Look } from "../inspector/look";
import { alternativesAt } from "../inspector/topTokens";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import classes from "./PhaseCard.module.css";
import { type Column, RowTable } from "./RowTable";

export function BeforeAfter({ look }: { readonly look: Look }) {
  const { t, numbers } = useLanguage();
  const setView = useSetView();
  const cell = useCells();
  const { step, responses, row } = look;
  const ids = responses.ids(row);
  const label = t("walk.update.beforeAfter", { row: numbers.whole(row + 1) });
  const missing = missingText(look, t, numbers.whole);
  if (missing !== null)
    return (
      <div className={classes["part"]}>
        <h3 className={classes["title"]}>{label}</h3>
        <p className={classes["note"]}>{missing}</p>
      </div>
    );
  const lines = ids.map((_, index) => {
    const token = look.numbersAt(index);
    const known = alternativesAt(step, row, index);
    const after = "policies" in known ? known.updatedLogprob : null;
    return {
      advantage: token?.credit?.advantage ?? Number.NaN,
      before: Math.exp(token?.scoring?.logprob ?? Number.NaN),
      after: after === null ? Number.NaN : Math.exp(after),
    };
  });
  const changes = lines.map((line, i) => <Change key={i} {...line} />);
  const columns: readonly Column[] = [
    { id: "advantage", head: t("walk.update.advantage"), cell: (i) => cell(lines[i]?.advantage) },
    { id: "before", head: t("walk.update.before"), cell: (i) => cell(lines[i]?.before) },
    { id: "after", head: t("walk.update.after"), cell: (i) => cell(lines[i]?.after) },
    {
      id: "change",
      head: t("walk.update.change"),
      cell: (i) => changes[i],
    },
  ];
  return (
    <>
      <div className={classes["part"]}>
        <h3 className={classes["title"]}>{label}</h3>
        <p className={classes["note"]}>
          ✓ {t("walk.update.agrees")} · ≠ {t("walk.update.disagrees")}
        </p>
      </div>
      <RowTable
        label={label}
        rows={ids.map((_, index) => index)}
        rowHead={t("walk.token")}
        rowName={(index) => look.textOf(ids[index] ?? -1)}
        columns={columns}
        selected={look.token}
        onSelect={(token) => setView({ row, token })}
      />
    </>
  );
}

/** What three decimals cannot show. */
const LEAST_CHANGE = 5e-4;

interface ChangeProps {
  readonly advantage: number;
  readonly before: number;
  readonly after: number;
}

function Change({ advantage, before, after }: ChangeProps) {
  const { t } = useLanguage();
  const cell = useCells();
  if (Number.isNaN(after)) return "–";
  const change = after - before;
  if (Math.abs(change) < LEAST_CHANGE) return cell(0);
  const agrees = change * advantage >= 0;
  const text = t(agrees ? "walk.update.agrees" : "walk.update.disagrees");
  return (
    <span title={text}>
      <span className={classes[change >= 0 ? "up" : "down"]} aria-hidden="true">
        {change >= 0 ? "▲" : "▼"}
      </span>{" "}
      {cell(change)} <span aria-hidden="true">{agrees ? "✓" : "≠"}</span>
      <span className="hidden-visually">{text}</span>
    </span>
  );
}

/** Why there is nothing to compare; null when there is. */
function missingText({ step, row }: Look, t: ReturnType<typeof useLanguage>["t"], whole: (x: number) => string): string | null {
  if (step.record === null) return t("walk.update.pending");
  const { detail } = step.record;
  if (detail === null) return t("walk.update.noDetail");
  return row < detail.rows ? null : t("walk.update.notRecorded", { rows: whole(detail.rows) });
}
