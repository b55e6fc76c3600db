// A formula in TeX as MathML, which browsers typeset by themselves; stands in for formula/TypesetFormula in the player.

import katex from "katex";
import { useLayoutEffect, useRef } from "react";
import classes from "../../formula/Formula.module.css";
import type { FormulaProps } from "../../formula/TypesetFormula";

export function TypesetFormula({ tex, display = false }: FormulaProps) {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (place.current !== null) katex.render(tex, place.current, { displayMode: display, throwOnError: false, output: "mathml" });
  }, [tex, display]);
  return <span ref={place} className={classes["formula"]} data-display={display} data-formula={tex} />;
}
