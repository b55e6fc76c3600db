// Says that a step picked in a chart stays in view, and offers to look at it step by step.

import { UnstyledButton } from "@mantine/core";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import classes from "./CursorLayer.module.css";

interface Props {
  readonly step: number;
  /** Where it is out of the step's way. */
  readonly side: "left" | "right";
}

export function PinnedOffer({ step, side }: Props) {
  const { t, numbers } = useLanguage();
  const setView = useSetView();
  const shown = numbers.whole(step);
  return (
    <div className={classes["offer"]} data-side={side} data-testid="pinned-offer" role="status">
      <span className="hidden-visually">{t("charts.pinned", { step: shown })}</span>
      <UnstyledButton className={`numeric ${classes["open"]}`} onClick={() => setView({ tab: "walkthrough" })} data-action="open-step">
        {t("charts.openThis", { step: shown })}
      </UnstyledButton>
    </div>
  );
}
