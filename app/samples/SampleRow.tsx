// One sample: its prompt, its response token by token, and its score, gold and KL.

import { memo, useState } from "react";
import { partLabel } from "../charts/series";
import { useLanguage } from "../strings/strings";
import { klLevel } from "./klLevel";
import classes from "./SampleRow.module.css";
import type { TokenPlace } from "./SamplesPanel";
import type { Sample } from "./sampleBatch";
import { shownText } from "./tokenText";
import { TokenStrip } from "./TokenStrip";

interface Props {
  readonly sample: Sample;
  /** Text of every token id. */
  readonly tokenTexts: readonly string[];
  readonly onFocusToken: (token: TokenPlace | null) => void;
  /** A token was pressed: show all about it. */
  readonly onOpenToken: (token: TokenPlace) => void;
}

export const SampleRow = memo(function SampleRow({ sample, tokenTexts, onFocusToken, onOpenToken }: Props) {
  const { t, numbers } = useLanguage();
  const number = (x: number | null): string => (x === null ? "–" : numbers.fixed(x, 2));
  return (
    <li className={classes["row"]} data-testid="sample">
      <div className={classes["texts"]}>
        <p className={classes["prompt"]}>
          <span className="hidden-visually">{t("samples.prompt")}: </span>
          {sample.prompt}
        </p>
        <Response sample={sample} tokenTexts={tokenTexts} onFocusToken={onFocusToken} onOpenToken={onOpenToken} />
      </div>
      <div className={classes["verdict"]}>
        <dl className={classes["numbers"]}>
          <div>
            <dt>{t("samples.score")}</dt>
            <dd className="numeric">{number(sample.score)}</dd>
          </div>
          <div>
            <dt>{t("samples.gold")}</dt>
            <dd className="numeric">{number(sample.gold)}</dd>
          </div>
          <div>
            <dt>{t("samples.kl")}</dt>
            <dd className="numeric">{number(sample.kl)}</dd>
          </div>
        </dl>
        {sample.parts.length > 0 && (
          <div className={classes["parts"]}>
            {sample.parts.map(([part, value]) => {
              const label = partLabel(part);
              return (
                <span key={part} data-low={value < 0.5}>
                  {"key" in label ? t(label.key) : label.name} <b className="numeric">{numbers.fixed(value, 2)}</b>
                </span>
              );
            })}
          </div>
        )}
      </div>
    </li>
  );
});

function Response({ sample, tokenTexts, onFocusToken, onOpenToken }: Props) {
  const { t } = useLanguage();
  const [current, setCurrent] = useState(0);
  if (sample.tokens.length === 0) return <p className={classes["response"]}>({t("samples.emptyResponse")})</p>;
  return (
    <TokenStrip
      label={t("samples.tokens", { row: String(sample.row + 1) })}
      tokens={sample.tokens.map(({ id, numbers }) => ({
        text: shownText(id, tokenTexts),
        level: numbers === null ? null : klLevel(numbers.kl),
      }))}
      tabStop={current}
      onMove={setCurrent}
      onPoint={(index) => onFocusToken(index === null ? null : { row: sample.row, index })}
      onSelect={(index) => onOpenToken({ row: sample.row, index })}
    />
  );
}
