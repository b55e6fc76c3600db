// One response: its prompt, its tokens, and its score, gold and KL.

import { TokenStrip } from "../samples/TokenStrip";
import { useLanguage } from "../strings/strings";
import { useView } from "../view/view";
import type { Colouring } from "../view/viewState";
import { useCells } from "./cells";
import { colouredNumber, isCut, levelIn, scaleOf } from "./colouring";
import type { Look } from "./look";
import classes from "./ResponseList.module.css";
import { stopReason } from "./responses";

interface Props {
  readonly look: Look;
  readonly row: number;
  readonly colouring: Colouring;
  readonly onSelect: (token: number) => void;
  readonly onLeave: (direction: 1 | -1) => void;
}

export function ResponseRow({ look, row, colouring, onSelect, onLeave }: Props) {
  const { t, numbers } = useLanguage();
  const cell = useCells(2);
  const withProbabilities = useView((view) => view.phase === "rollout");
  const { responses, config, step } = look;
  const ids = responses.ids(row);
  const selected = row === look.row;
  const rowName = numbers.whole(row + 1);
  const scale = scaleOf(colouring, config.cliprange);
  const aboutUpdate = colouring === "ratio" || colouring === "objective";
  const tokens = ids.map((id, index) => {
    const token = look.numbersAt(index, row);
    const logprob = token?.scoring?.logprob;
    return {
      text: look.textOf(id),
      level: token === null ? null : levelIn(scale, colouredNumber(token, colouring, config.cliprange)),
      cut: aboutUpdate && token !== null && isCut(token, config.cliprange),
      ...(withProbabilities && logprob !== undefined && !Number.isNaN(logprob) ? { below: numbers.percent(Math.exp(logprob)) } : {}),
    };
  });
  const { scoring } = step;
  return (
    <li className={classes["row"]} data-row={row} data-selected={selected || undefined}>
      <p className={classes["prompt"]}>
        <b className="numeric">{rowName}</b> {responses.prompt(row) ?? t("inspect.unknownPrompt", { row: rowName })}
      </p>
      {tokens.length === 0 ? (
        <p className={classes["prompt"]}>…</p>
      ) : (
        <TokenStrip
          label={t("inspect.responseTokens", { row: rowName })}
          tokens={tokens}
          tabStop={selected ? look.token : null}
          selected={selected ? look.token : undefined}
          onMove={onSelect}
          onSelect={onSelect}
          onLeave={onLeave}
        />
      )}
      {!responses.growing && (
        <dl className={`numeric ${classes["meta"]}`}>
          {scoring !== null && (
            <>
              <dt>{t("inspect.score")}</dt>
              <dd>{cell(scoring.scores[row])}</dd>
              {scoring.gold !== null && (
                <>
                  <dt>{t("inspect.gold")}</dt>
                  <dd>{cell(scoring.gold.gold[row])}</dd>
                </>
              )}
              <dt>{t("inspect.kl")}</dt>
              <dd>{cell(look.numbersAt(0, row)?.scoring?.responseKl)}</dd>
            </>
          )}
          <dt className="hidden-visually">{t("walk.rollout.limit")}</dt>
          <dd className={classes["stop"]}>{t(`inspect.${stopReason(ids, look.tokenTexts)}`)}</dd>
        </dl>
      )}
    </li>
  );
}
