// A text as its tokens; those that differ are underlined twice and say so to screen readers.

import { shownText } from "../../samples/tokenText";
import { useLanguage } from "../../strings/strings";
import type { ShownToken } from "./alignment";
import classes from "./Evidence.module.css";

export function TokenRow({ tokens, label }: { readonly tokens: readonly ShownToken[]; readonly label: string }) {
  const { t } = useLanguage();
  return (
    <ol className={classes["tokens"]} aria-label={label}>
      {tokens.map(({ text, id, mark }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a token is known by its place
        <li key={at} data-mark={mark}>
          <span>{mark === "gap" ? "∅" : shownText(0, [text])}</span>
          {id !== undefined && <small className="numeric">{id}</small>}
          {mark !== "same" && <span className="hidden-visually">{t(mark === "gap" ? "evidence.missing" : "evidence.differs")}</span>}
        </li>
      ))}
    </ol>
  );
}
