// Which minibatch is looked at: a slider over all of the step, and those around the chosen one in numbers.

import type { Look } from "../inspector/look";
import { useCells } from "../inspector/cells";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import classes from "./MinibatchPicker.module.css";
import { type Column, RowTable } from "./RowTable";

/** Minibatches in the list. */
const SHOWN = 8;

export function MinibatchPicker({ look }: { readonly look: Look }) {
  const { t, numbers } = useLanguage();
  const setView = useSetView();
  const cell = useCells();
  const { minibatches } = look.step;
  const at = look.minibatch;
  const first = Math.max(0, Math.min(at - (SHOWN >> 1), minibatches.length - SHOWN));
  const rows = minibatches.slice(first, first + SHOWN).map((_, i) => first + i);
  const chosen = minibatches[at];
  const columns: readonly Column[] = [
    { id: "epoch", head: t("walk.update.epoch"), cell: (i) => numbers.whole((minibatches[i]?.epoch ?? 0) + 1) },
    { id: "index", head: t("walk.update.index"), cell: (i) => numbers.whole((minibatches[i]?.index ?? 0) + 1) },
    { id: "rows", head: t("walk.update.rows"), cell: (i) => numbers.whole(minibatches[i]?.rows.length ?? 0) },
    { id: "policyLoss", head: t("walk.update.policyLoss"), cell: (i) => cell(minibatches[i]?.stats["loss/policy"]) },
    { id: "valueLoss", head: t("walk.update.valueLoss"), cell: (i) => cell(minibatches[i]?.stats["loss/value"]) },
    { id: "meanRatio", head: t("walk.update.meanRatio"), cell: (i) => cell(minibatches[i]?.meanRatio) },
    {
      id: "clipfrac",
      head: t("walk.update.clipfrac"),
      cell: (i) =>
        minibatches[i]?.skipped === true
          ? t("walk.update.skipped")
          : numbers.percent(minibatches[i]?.stats["policy/clipfrac"] ?? Number.NaN),
    },
    { id: "gradNorm", head: t("walk.update.gradNorm"), cell: (i) => cell(minibatches[i]?.gradNorm) },
  ];
  return (
    <>
      <div className={classes["picker"]}>
        <label className={classes["label"]} htmlFor="walk-minibatch">
          {t("walk.update.choose")}
        </label>
        <input
          id="walk-minibatch"
          className={classes["range"]}
          type="range"
          min={1}
          max={minibatches.length}
          step={1}
          value={at + 1}
          onChange={(event) => setView({ minibatch: Number(event.currentTarget.value) - 1 })}
          aria-valuetext={t("walk.update.valueText", {
            epoch: numbers.whole((chosen?.epoch ?? 0) + 1),
            index: numbers.whole((chosen?.index ?? 0) + 1),
          })}
          data-testid="minibatch-range"
        />
        <span className="numeric dim" data-testid="minibatch-place">
          {t("walk.update.of", { place: numbers.whole(at + 1), total: numbers.whole(minibatches.length) })}
        </span>
      </div>
      <RowTable
        label={t("walk.update.list")}
        rows={rows}
        rowHead="#"
        rowName={(i) => numbers.whole(i + 1)}
        columns={columns}
        selected={at}
        onSelect={(minibatch) => setView({ minibatch })}
      />
    </>
  );
}
