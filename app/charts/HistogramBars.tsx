// The bars of a distribution: the bin under the pointer or chosen by arrow keys is told exactly.

import type { KeyboardEvent, PointerEvent } from "react";
import { useLanguage } from "../strings/strings";
import { stepAfterKey } from "./cursorKeys";
import type { Distribution } from "./distributions";
import { binEdges } from "./histogram";
import classes from "./HistogramChart.module.css";
import { niceAxis, tickWriter } from "./niceAxis";

/** Edges come out of multiplications. */
export const rounded = (x: number): number => Number(x.toPrecision(10));

/** Words for a bin: its range and how many numbers are in it. */
export function useBinText({ histogram, whole }: Distribution): (bin: number) => { readonly range: string; readonly count: string } {
  const { t, numbers } = useLanguage();
  return (bin) => {
    const [from, to] = binEdges(histogram, bin);
    const single = whole && to - from === 1;
    const range = single
      ? numbers.whole(from + 0.5)
      : t("charts.binRange", {
          from: numbers.value(rounded(whole ? from + 0.5 : from)),
          to: numbers.value(rounded(whole ? to - 0.5 : to)),
        });
    const count = histogram.counts[bin] ?? 0;
    return { range, count: t("charts.countOf", { count: numbers.whole(count), share: numbers.fixed((100 * count) / histogram.total, 1) }) };
  };
}

interface BarsProps {
  readonly distribution: Distribution;
  readonly bin: number | null;
  readonly setBin: (bin: number | null) => void;
  readonly title: string;
}

export function HistogramBars({ distribution, bin, setBin, title }: BarsProps) {
  const { t, numbers } = useLanguage();
  const binText = useBinText(distribution);
  const { histogram, band, whole } = distribution;
  const { counts, low, high } = histogram;
  const peak = Math.max(1, ...counts);
  const last = counts.length - 1;
  const share = (value: number): number => ((value - low) / (high - low)) * 100;
  const axis = niceAxis(low, high, 4, whole);
  const ticks = axis.ticks.filter((tick) => tick >= low - 1e-9 && tick <= high + 1e-9);
  const write = tickWriter(axis, numbers);
  const at = Math.min(last, bin ?? counts.indexOf(peak));
  const text = binText(Math.max(0, at));
  const point = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setBin(Math.max(0, Math.min(last, Math.floor(((event.clientX - box.left) / box.width) * counts.length))));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = stepAfterKey(event.key, at, 0, last);
    if (next === null) return;
    setBin(next);
    event.preventDefault();
  };
  return (
    <div className={classes["chart"]}>
      <span className={`numeric ${classes["peak"]}`} aria-hidden="true">
        {numbers.whole(peak)}
      </span>
      <div
        className={classes["area"]}
        role="slider"
        tabIndex={0}
        aria-label={t("charts.binsOf", { name: title })}
        aria-valuemin={1}
        aria-valuemax={counts.length}
        aria-valuenow={at + 1}
        aria-valuetext={`${text.range}: ${text.count}`}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => setBin(null)}
        onBlur={() => setBin(null)}
        onKeyDown={onKeyDown}
        data-testid="histogram-bars"
      >
        {band !== null && (
          <i className={classes["band"]} style={{ left: `${share(band[0])}%`, right: `${100 - share(band[1])}%` }}>
            <em>{t("charts.clipBand")}</em>
          </i>
        )}
        {counts.map((count, i) => {
          const [from, to] = binEdges(histogram, i);
          const out = band !== null && ((from + to) / 2 < band[0] || (from + to) / 2 > band[1]);
          return (
            <span key={from} className={classes["slot"]} data-active={i === bin}>
              <i className={classes["bar"]} data-out={out} style={{ height: count === 0 ? 0 : `max(2px, ${(count / peak) * 100}%)` }} />
            </span>
          );
        })}
      </div>
      <div className={classes["ticks"]} aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick} className="numeric" style={{ left: `${share(tick)}%` }}>
            {write(tick)}
          </span>
        ))}
      </div>
    </div>
  );
}
