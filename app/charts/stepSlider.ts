// The shared cursor as a slider over the steps: keys move it, a click or Enter keeps the step in view, words tell the values.

import { type KeyboardEvent, useState } from "react";
import type { StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import { cursorStep, setCursor } from "./cursor";
import { stepAfterKey } from "./cursorKeys";
import { pointAt } from "./pointAt";
import { usePointedStep } from "./pointedStep";
import { labelText, type Series } from "./series";

export function useStepSlider(title: string, points: readonly StepPoint[], series: readonly Pick<Series, "label" | "read">[]) {
  const { t, numbers } = useLanguage();
  const setView = useSetView();
  const pointedStep = usePointedStep();
  const [offered, setOffered] = useState<number | null>(null);
  const oldest = points[0]?.step ?? 1;
  const newest = points.at(-1)?.step ?? 1;
  const pointed = pointedStep === null ? undefined : pointAt(points, pointedStep);
  const keep = (step: number): void => {
    if (step < 1) return;
    setView({ pinned: step - 1 });
    setOffered(step);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = pointed?.step ?? newest;
    if (event.key === "Enter") keep(at);
    else if (event.key === "Escape") {
      setCursor(null);
      setOffered(null);
    } else {
      const next = stepAfterKey(event.key, at, oldest, newest);
      if (next === null) return;
      setCursor(next);
    }
    event.preventDefault();
  };
  const spoken = pointed ?? points.at(-1);
  const values = series.flatMap(({ label, read }) => {
    const value = spoken === undefined ? undefined : read(spoken.stats);
    return value === undefined ? [] : [`${labelText(label, t)} ${numbers.precise(value)}`];
  });
  const step = spoken?.step ?? newest;
  return {
    pointed,
    /** Step whose detail was last asked for here. */
    offered,
    oldest,
    newest,
    props: {
      role: "slider",
      tabIndex: 0,
      "aria-label": t("charts.cursorOf", { name: title }),
      "aria-valuemin": oldest,
      "aria-valuemax": newest,
      "aria-valuenow": step,
      "aria-valuetext": t("charts.cursorValue", { step: numbers.whole(step), values: values.join(", ") }),
      onPointerLeave: () => setCursor(null),
      onClick: () => keep(cursorStep() ?? pointed?.step ?? newest),
      onKeyDown,
      onBlur: () => setCursor(null),
      "data-testid": "chart-cursor",
    },
  } as const;
}
