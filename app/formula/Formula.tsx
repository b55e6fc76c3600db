// A formula in TeX, typeset by KaTeX, which is loaded when the first formula is shown.

import { lazy, Suspense } from "react";
import classes from "./Formula.module.css";
import type { FormulaProps } from "./TypesetFormula";

const TypesetFormula = lazy(async () => ({ default: (await import("./TypesetFormula")).TypesetFormula }));

/** Read aloud as MathML. A formula wider than its place scrolls there. */
export function Formula({ tex, display = false }: FormulaProps) {
  return (
    <Suspense fallback={<span className={classes["waiting"]} aria-busy="true" data-display={display} />}>
      <TypesetFormula tex={tex} display={display} />
    </Suspense>
  );
}
