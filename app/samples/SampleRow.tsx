// One sample: its prompt, its response token by token, and its score, gold and KL.

import { type KeyboardEvent, memo, useState } from "react";
import { partLabel } from "../charts/series";
import { useLanguage } from "../strings/strings";
import { klLevel } from "./klLevel";
import classes from "./SampleRow.module.css";
import type { TokenPlace } from "./SamplesPanel";
import type { Sample } from "./sampleBatch";
import { shownText } from "./tokenText";
import tokenClasses from "./Token.module.css";

interface Props {
  readonly sample: Sample;
  /** Text of every token id. */
  readonly tokenTexts: readonly string[];
  readonly onFocusToken: (token: TokenPlace | null) => void;
}

export const SampleRow = memo(function SampleRow({ sample, tokenTexts, onFocusToken }: Props) {
  const { t, numbers } = useLanguage();
  const number = (x: number | null): string => (x === null ? "–" : numbers.fixed(x, 2));
  return (
    <li className={classes["row"]} data-testid="sample">
      <div className={classes["texts"]}>
        <p className={classes["prompt"]}>
          <span className="hidden-visually">{t("samples.prompt")}: </span>
          {sample.prompt}
        </p>
        <Response sample={sample} tokenTexts={tokenTexts} onFocusToken={onFocusToken} />
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

/** Tokens as one tab stop; arrow keys move between them. */
function Response({ sample, tokenTexts, onFocusToken }: Props) {
  const { t } = useLanguage();
  const [current, setCurrent] = useState(0);
  if (sample.tokens.length === 0) return <p className={classes["response"]}>({t("samples.emptyResponse")})</p>;
  const tabStop = Math.min(current, sample.tokens.length - 1);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const target = { ArrowRight: tabStop + 1, ArrowLeft: tabStop - 1, Home: 0, End: sample.tokens.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(sample.tokens.length - 1, target));
    setCurrent(next);
    (event.currentTarget.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div
      className={classes["response"]}
      role="group"
      aria-label={t("samples.tokens", { row: String(sample.row + 1) })}
      onKeyDown={onKeyDown}
      onMouseLeave={() => onFocusToken(null)}
    >
      {sample.tokens.map((token, i) => {
        const text = shownText(token.id, tokenTexts);
        const place = { row: sample.row, index: i };
        return (
          <button
            // A token is its place in the response.
            key={i}
            type="button"
            tabIndex={i === tabStop ? 0 : -1}
            className={tokenClasses["token"]}
            data-level={token.numbers === null ? undefined : klLevel(token.numbers.kl)}
            data-special={text.startsWith("⟨") || undefined}
            onMouseEnter={() => onFocusToken(place)}
            onFocus={() => {
              setCurrent(i);
              onFocusToken(place);
            }}
            onBlur={() => onFocusToken(null)}
          >
            {text}
          </button>
        );
      })}
    </div>
  );
}
