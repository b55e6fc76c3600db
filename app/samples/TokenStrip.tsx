// A response as a strip of tokens: one tab stop, arrow keys move within it; colour and underline show a number's level.

import type { KeyboardEvent } from "react";
import type { Level } from "./klLevel";
import classes from "./Token.module.css";
import stripClasses from "./TokenStrip.module.css";

export interface StripToken {
  readonly text: string;
  /** null: no number to colour by. */
  readonly level: Level | null;
  /** A short text below the token. */
  readonly below?: string;
  /** The clip cut its gradient. */
  readonly cut?: boolean;
}

interface Props {
  readonly label: string;
  readonly tokens: readonly StripToken[];
  /** The token that Tab leads to; null: Tab passes this strip by. */
  readonly tabStop: number | null;
  /** The token that is looked at in detail. */
  readonly selected?: number | undefined;
  /** A token has got the focus or is pointed at; null: no longer. */
  readonly onPoint?: (index: number | null) => void;
  /** The focus has moved to a token. */
  readonly onMove?: (index: number) => void;
  readonly onSelect?: (index: number) => void;
  /** Arrow up and down. */
  readonly onLeave?: (direction: 1 | -1) => void;
}

export function TokenStrip({ label, tokens, tabStop, selected, onPoint, onMove, onSelect, onLeave }: Props) {
  const stop = tabStop === null ? null : Math.max(0, Math.min(tabStop, tokens.length - 1));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (onLeave !== undefined && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      onLeave(event.key === "ArrowDown" ? 1 : -1);
      return;
    }
    const at = stop ?? 0;
    const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tokens.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(tokens.length - 1, target));
    onMove?.(next);
    (event.currentTarget.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div className={stripClasses["strip"]} role="group" aria-label={label} onKeyDown={onKeyDown} onMouseLeave={() => onPoint?.(null)}>
      {tokens.map(({ text, level, below, cut = false }, i) => (
        <button
          // A token is its place in the response.
          key={i}
          type="button"
          tabIndex={i === stop ? 0 : -1}
          className={classes["token"]}
          data-level={level ?? undefined}
          data-special={text.startsWith("⟨") || undefined}
          data-cut={cut || undefined}
          aria-current={i === selected ? "true" : undefined}
          onMouseEnter={() => onPoint?.(i)}
          onFocus={() => {
            onMove?.(i);
            onPoint?.(i);
          }}
          onBlur={() => onPoint?.(null)}
          onClick={onSelect === undefined ? undefined : () => onSelect(i)}
        >
          {text}
          {below !== undefined && <span className={`numeric ${stripClasses["below"]}`}>{below}</span>}
        </button>
      ))}
    </div>
  );
}
