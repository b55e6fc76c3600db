// A response's reward as what the score gives and what the KL penalty takes, on one axis.

import { useCells } from "../inspector/cells";
import { useLanguage } from "../strings/strings";
import classes from "./PhaseCard.module.css";

export function RewardSplit({ score, penalty }: { readonly score: number; readonly penalty: number }) {
  const { t } = useLanguage();
  const cell = useCells(2);
  const total = score + penalty;
  // A penalty that was not kept leaves the score alone.
  const known = [0, score, penalty, total].filter((x) => !Number.isNaN(x));
  const low = Math.min(...known);
  const range = Math.max(...known) - low || 1;
  const percent = (x: number): number => (100 * (x - low)) / range;
  const rows = [
    { id: "score", name: t("walk.score.splitScore"), x: score },
    { id: "penalty", name: t("walk.score.splitPenalty"), x: penalty },
    { id: "total", name: t("walk.score.splitTotal"), x: total },
  ];
  return (
    <dl className={`numeric ${classes["split"]}`} data-testid="reward-split">
      {rows.map(({ id, name, x }) => (
        // A row of the grid: name, bar and number.
        <div key={id} style={{ display: "contents" }}>
          <dt>{name}</dt>
          <dd aria-hidden="true" className={classes["bar"]}>
            {!Number.isNaN(x) && (
              <span
                data-sign={x < 0 ? "negative" : "positive"}
                style={{ left: `${percent(Math.min(0, x))}%`, width: `${percent(Math.max(0, x)) - percent(Math.min(0, x))}%` }}
              />
            )}
            <i style={{ left: `${percent(0)}%` }} />
          </dd>
          <dd data-part={id}>{cell(x)}</dd>
        </div>
      ))}
    </dl>
  );
}
