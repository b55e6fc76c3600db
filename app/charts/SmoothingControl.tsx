// How much the lines are smoothed: not at all, as LLaMA-Factory's plots are, or by a weight of one's own.

import { SegmentedControl, Slider } from "@mantine/core";
import { useId } from "react";
import { useLanguage } from "../strings/strings";
import { useSetView, useView } from "../view/view";
import classes from "./ChartsView.module.css";
import { weightOf } from "./smoothing";

const CHOICES = ["off", "reference", "own"] as const;
const OWN_WEIGHT = 0.6;
const MOST = 0.99;

export function SmoothingControl({ count }: { readonly count: number }) {
  const { t, numbers } = useLanguage();
  const smoothing = useView((view) => view.smoothing);
  const setView = useSetView();
  const label = useId();
  const chosen = smoothing === null ? "off" : smoothing === "reference" ? "reference" : "own";
  const weight = smoothing === null ? 0 : weightOf(smoothing, count);
  const choose = (choice: string): void =>
    setView({
      smoothing: choice === "off" ? null : choice === "reference" ? "reference" : weight > 0 ? Math.min(MOST, weight) : OWN_WEIGHT,
    });
  return (
    <div className={classes["smoothing"]} data-testid="smoothing">
      <span id={label}>{t("charts.smoothing")}</span>
      <SegmentedControl
        size="xs"
        value={chosen}
        onChange={choose}
        aria-labelledby={label}
        data={CHOICES.map((value) => ({ value, label: t(`charts.smoothing.${value}`) }))}
        transitionDuration={0}
      />
      <Slider
        className={classes["slider"] ?? ""}
        size="sm"
        min={0}
        max={MOST}
        step={0.01}
        value={weight}
        onChange={(value) => setView({ smoothing: value })}
        label={null}
        thumbLabel={t("charts.smoothing.weight")}
        thumbProps={{ "aria-valuetext": numbers.fixed(weight, 2) }}
      />
      <span className={`numeric dim ${classes["weight"]}`}>{numbers.fixed(weight, 2)}</span>
    </div>
  );
}
