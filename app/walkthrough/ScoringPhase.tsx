// Scoring: the response's score and gold, every token's drift and reward, and how they add up.

import { Fragment } from "react";
import { partLabel } from "../charts/series";
import { useCells } from "../inspector/cells";
import type { Look } from "../inspector/look";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import { meanResponseKl } from "./meanResponseKl";
import classes from "./PhaseCard.module.css";
import { ResponseHead } from "./ResponseHead";
import { RewardSplit } from "./RewardSplit";
import { type Column, RowTable } from "./RowTable";

export function ScoringPhase({ look }: { readonly look: Look }) {
  const { t, numbers } = useLanguage();
  const setView = useSetView();
  const cell = useCells();
  const { step, responses, row } = look;
  const { scoring } = step;
  if (scoring === null) return null;
  const ids = responses.ids(row);
  const tokens = ids.map((_, index) => look.numbersAt(index)?.scoring ?? null);
  const sum = (read: (token: NonNullable<(typeof tokens)[number]>) => number): number =>
    tokens.reduce((total, token) => total + (token === null ? Number.NaN : read(token)), 0);
  const kl = sum((token) => token.kl);
  const penalty = -scoring.klCoef * kl;
  const score = scoring.scaledScores[row] ?? Number.NaN;
  const rewards = tokens.map((token, i) => (
    // A token is its place in the response.
    <Fragment key={i}>
      {cell(token?.reward)}
      {i === tokens.length - 1 && <span className={classes["score"]}>{t("walk.score.plusScore", { score: cell(score) })}</span>}
    </Fragment>
  ));
  const columns: readonly Column[] = [
    { id: "logprob", head: t("walk.score.logprob"), cell: (i) => cell(tokens[i]?.logprob) },
    { id: "refLogprob", head: t("walk.score.refLogprob"), cell: (i) => cell(tokens[i]?.refLogprob) },
    { id: "kl", head: t("walk.score.kl"), cell: (i) => cell(tokens[i]?.kl), foot: cell(kl) },
    {
      id: "penalty",
      head: t("walk.score.penalty"),
      cell: (i) => cell(-scoring.klCoef * (tokens[i]?.kl ?? Number.NaN)),
      foot: cell(penalty),
    },
    {
      id: "reward",
      head: t("walk.score.reward"),
      cell: (i) => rewards[i],
      foot: cell(sum((token) => token.reward)),
    },
  ];
  return (
    <>
      <div className={classes["part"]}>
        <ResponseHead look={look} />
        <Verdict look={look} />
      </div>
      <div className={classes["part"]}>
        <h3 className={classes["title"]}>{t("walk.score.split")}</h3>
        <RewardSplit score={score} penalty={penalty} />
      </div>
      <RowTable
        label={t("walk.response", { row: numbers.whole(row + 1) })}
        rows={ids.map((_, index) => index)}
        rowHead={t("walk.token")}
        rowName={(index) => look.textOf(ids[index] ?? -1)}
        footName={t("walk.sum")}
        columns={columns}
        selected={look.token}
        onSelect={(token) => setView({ row, token })}
      />
      <div className={classes["part"]}>
        <p className={classes["note"]} data-testid="objective-kl">
          {t("walk.score.objectiveKl", { own: cell(kl), count: numbers.whole(responses.count), mean: cell(meanResponseKl(step)) })}
        </p>
      </div>
    </>
  );
}

function Verdict({ look: { step, row } }: { readonly look: Look }) {
  const { t } = useLanguage();
  const cell = useCells(3);
  const { scoring } = step;
  if (scoring === null) return null;
  const { scores, scaledScores, gold } = scoring;
  return (
    <dl className={`numeric ${classes["facts"]}`} data-testid="verdict">
      <div>
        <dt>{t("walk.score.raw")}</dt>
        <dd>{cell(scores[row])}</dd>
      </div>
      {scaledScores[row] !== scores[row] && (
        <div>
          <dt>{t("walk.score.scaled")}</dt>
          <dd>{cell(scaledScores[row])}</dd>
        </div>
      )}
      {gold !== null && (
        <div>
          <dt>{t("walk.score.gold")}</dt>
          <dd>{cell(gold.gold[row])}</dd>
        </div>
      )}
      {Object.entries(gold?.parts ?? {}).map(([part, values]) => {
        const label = partLabel(part);
        return (
          <div key={part}>
            <dt>{"key" in label ? t(label.key) : label.name}</dt>
            <dd>{cell(values[row])}</dd>
          </div>
        );
      })}
    </dl>
  );
}
