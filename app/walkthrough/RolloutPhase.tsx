// Rollout: how the next token was drawn, and each token of the chosen response with its probability.

import { useCells } from "../inspector/cells";
import type { Look } from "../inspector/look";
import { stopReason } from "../inspector/responses";
import { alternativesAt } from "../inspector/topTokens";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import classes from "./PhaseCard.module.css";
import { ResponseHead } from "./ResponseHead";
import { type Column, RowTable } from "./RowTable";

export function RolloutPhase({ look }: { readonly look: Look }) {
  const { t, numbers } = useLanguage();
  const setView = useSetView();
  const cell = useCells();
  const { step, responses, row, config, tokenTexts } = look;
  const ids = responses.ids(row);
  const scored = step.scoring !== null;
  const known = ids.map((_, index) => alternativesAt(step, row, index));
  const probabilities = ids.map((_, index) => <Probability key={index} logprob={look.numbersAt(index)?.scoring?.logprob ?? Number.NaN} />);
  const columns: readonly Column[] = [
    {
      id: "probability",
      head: t("walk.rollout.probability"),
      cell: (index) => probabilities[index],
    },
    { id: "logprob", head: t("walk.score.logprob"), cell: (index) => cell(look.numbersAt(index)?.scoring?.logprob) },
    {
      id: "rank",
      head: t("walk.rollout.rank"),
      cell: (index) => {
        const here = known[index];
        if (here === undefined || !("policies" in here)) return "–";
        const rank = here.policies.rollout?.findIndex(({ sampled }) => sampled) ?? -1;
        const k = step.record?.detail?.k ?? step.scoring?.alternatives?.k ?? 0;
        return rank < 0 || rank >= k ? t("walk.rollout.rankBeyond", { k: numbers.whole(k) }) : numbers.whole(rank + 1);
      },
    },
    {
      id: "likeliest",
      head: t("walk.rollout.likeliest"),
      cell: (index) => {
        const here = known[index];
        const first = here !== undefined && "policies" in here ? here.policies.rollout?.[0] : undefined;
        return first === undefined ? "–" : first.sampled ? "=" : `${look.textOf(first.id)} ${numbers.percent(first.probability)}`;
      },
    },
  ];
  const distorted =
    config.doSample && (config.temperature !== 1 || config.topK !== 0 || config.topP !== 1 || config.repetitionPenalty !== 1);
  return (
    <>
      <div className={classes["part"]}>
        <h3 className={classes["title"]}>{t("walk.rollout.sampling")}</h3>
        <Sampling look={look} />
        {distorted && <p className={classes["note"]}>{t("walk.rollout.distorted")}</p>}
      </div>
      <div className={classes["part"]}>
        <ResponseHead look={look} />
        <p className={classes["note"]} data-testid="stop-reason">
          {responses.growing
            ? t("walk.rollout.writing")
            : t(stopReason(ids, tokenTexts) === "end" ? "walk.rollout.stopEnd" : "walk.rollout.stopLimit")}
          {" · "}
          {t("walk.rollout.tokens", { count: numbers.whole(ids.length) })}
          {!scored && ` · ${t("walk.rollout.later")}`}
        </p>
      </div>
      <RowTable
        label={t("walk.response", { row: numbers.whole(row + 1) })}
        rows={ids.map((_, index) => index)}
        rowHead={t("walk.token")}
        rowName={(index) => look.textOf(ids[index] ?? -1)}
        columns={scored ? columns : []}
        selected={look.token}
        onSelect={(token) => setView({ row, token })}
      />
    </>
  );
}

function Probability({ logprob }: { readonly logprob: number }) {
  const { numbers } = useLanguage();
  const probability = Math.exp(logprob);
  return (
    <span className={classes["probability"]}>
      <span className={classes["probabilityTrack"]} aria-hidden="true">
        <span style={{ width: `${Number.isNaN(probability) ? 0 : 100 * probability}%` }} />
      </span>
      {numbers.percent(probability)}
    </span>
  );
}

function Sampling({ look: { config } }: { readonly look: Look }) {
  const { t, numbers } = useLanguage();
  const limit = config.maxNewTokens > 0 ? t("walk.rollout.tokens", { count: numbers.whole(config.maxNewTokens) }) : "–";
  const entries: readonly (readonly [string, string])[] = config.doSample
    ? [
        [t("walk.rollout.temperature"), numbers.value(config.temperature)],
        [t("walk.rollout.topK"), config.topK === 0 ? t("walk.rollout.off") : numbers.whole(config.topK)],
        [t("walk.rollout.topP"), config.topP === 1 ? t("walk.rollout.off") : numbers.value(config.topP)],
        ...(config.repetitionPenalty === 1 ? [] : [[t("walk.rollout.repetition"), numbers.value(config.repetitionPenalty)] as const]),
        [t("walk.rollout.limit"), limit],
      ]
    : [
        [t("walk.rollout.sampling"), t("walk.rollout.greedy")],
        [t("walk.rollout.limit"), limit],
      ];
  return (
    <dl className={`numeric ${classes["facts"]}`} data-testid="sampling">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
