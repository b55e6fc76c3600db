// The numbers of one response as bars from a zero line: where it was rewarded or blamed, at a glance.

import { memo } from "react";
import classes from "./TokenBars.module.css";

const HEIGHT = 30;
const MOST = 40;

export const TokenBars = memo(function TokenBars({ values }: { readonly values: readonly number[] }) {
  const shown = values.slice(0, MOST).map((value) => (Number.isFinite(value) ? value : 0));
  const top = Math.max(0, ...shown);
  const range = Math.max(1e-9, top - Math.min(0, ...shown));
  const step = 100 / Math.max(8, shown.length);
  const y = (value: number): number => 1 + ((top - value) / range) * (HEIGHT - 2);
  return (
    <svg className={classes["bars"]} viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" data-bars={shown.length}>
      {shown.map((value, i) => (
        <rect
          key={`token ${i}`}
          x={i * step}
          y={y(Math.max(0, value))}
          width={step * 0.7}
          height={(Math.abs(value) / range) * (HEIGHT - 2)}
          className={classes[value < 0 ? "less" : "more"]}
        />
      ))}
      <path className={classes["zero"]} d={`M0 ${y(0)}H100`} />
    </svg>
  );
});
