// KaTeX and its style sheet: a chunk of their own.

import katex from "katex";
import "katex/dist/katex.min.css";
import { useLayoutEffect, useRef } from "react";
import classes from "./Formula.module.css";

export interface FormulaProps {
  /** Symbols and numbers only: words stand beside a formula, where they can be translated. */
  readonly tex: string;
  /** On a line of its own, with full-size fractions. */
  readonly display?: boolean;
}

export function TypesetFormula({ tex, display = false }: FormulaProps) {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    // A formula that KaTeX cannot read is shown in its error colour instead of breaking the page.
    if (place.current !== null) katex.render(tex, place.current, { displayMode: display, throwOnError: false });
  }, [tex, display]);
  return <span ref={place} className={classes["formula"]} data-display={display} data-formula={tex} />;
}
