// One line of GAE with its numbers put in: the surprise, what is carried over from the next token, the return, the whitened advantage.

import { Formula } from "../formula/Formula";
import type { Look } from "../inspector/look";
import { texNumber } from "../lenses/stageNumbers";
import { useLanguage } from "../strings/strings";
import { advantageMoments, type GaeRow } from "./gae";
import classes from "./PhaseCard.module.css";

const raw = String.raw;

export function Recursion({ look, row }: { readonly look: Look; readonly row: GaeRow }) {
  const { t, numbers } = useLanguage();
  const { gamma, lam } = look.config;
  const n = (x: number): string => texNumber(numbers.precise(x));
  /** Behind an operator a negative number stands in brackets. */
  const behind = (x: number): string => (x < 0 ? `(${n(x)})` : n(x));
  const moments = advantageMoments(look.step);
  return (
    <div className={classes["formulas"]} role="group" aria-label={t("walk.gae.recursion")} data-testid="recursion">
      <Formula
        tex={raw`\delta_t=R_t+\gamma V_{t+1}-V_t=${n(row.reward)}+${n(gamma)}\cdot ${behind(row.nextValue)}-${behind(row.value)}=${n(row.delta)}`}
      />
      <Formula
        tex={raw`A_t=\delta_t+\gamma\lambda A_{t+1}=${n(row.delta)}+${n(gamma * lam)}\cdot ${behind(row.nextAdvantage)}=${n(row.advantage)}`}
      />
      <Formula tex={raw`G_t=A_t+V_t=${n(row.advantage)}+${behind(row.value)}=${n(row.ret)}`} />
      {moments !== null && (
        <Formula
          tex={raw`\hat A_t=\frac{A_t-\mu}{\sigma}=\frac{${n(row.advantage)}-${behind(moments.mean)}}{${n(moments.deviation)}}=${n(row.whitened)}`}
        />
      )}
    </div>
  );
}
