// All about one token: its numbers, its terms of the losses, what else could have been said, its prompt across the run.

import { memo } from "react";
import { useDrawTurn } from "../charts/drawQueue";
import type { StepData } from "../run/stepData";
import { useLanguage } from "../strings/strings";
import { useView } from "../view/view";
import { Badges } from "./Badges";
import { type Look, useLook } from "./look";
import { LossTerms } from "./LossTerms";
import { NumberGrid } from "./NumberGrid";
import { PromptHistory } from "./PromptHistory";
import classes from "./TokenInspector.module.css";
import { TopTokenBars } from "./TopTokenBars";

export const TokenInspector = memo(function TokenInspector({ step }: { readonly step: StepData }) {
  const { t } = useLanguage();
  const look = useLook(useDrawTurn(step));
  return (
    <section className={`card ${classes["panel"]}`} aria-label={t("inspect.title")} data-testid="token-inspector">
      {look.token < 0 ? <p className={classes["empty"]}>{t("inspect.none")}</p> : <Inspected look={look} />}
    </section>
  );
});

function Inspected({ look }: { readonly look: Look }) {
  const { t, numbers } = useLanguage();
  const phase = useView((view) => view.phase);
  const ids = look.responses.ids(look.row);
  const token = look.numbersAt(look.token);
  const parts = {
    numbers: <NumberGrid key="numbers" look={look} token={token} />,
    losses: <LossTerms key="losses" look={look} token={token} />,
    top: <TopTokenBars key="top" look={look} />,
    history: <PromptHistory key="history" look={look} />,
  };
  // What a phase is about comes first.
  const order =
    phase === "rollout" ? (["top", "numbers", "losses", "history"] as const) : (["numbers", "losses", "top", "history"] as const);
  return (
    <>
      <header className={classes["header"]}>
        <h2 className={classes["token"]} data-testid="inspected-token">
          <span className="hidden-visually">{t("inspect.title")}: </span>
          {look.textOf(ids[look.token] ?? -1)}
        </h2>
        <p className={`dim numeric ${classes["place"]}`} data-testid="inspected-place">
          {t("inspect.place", {
            token: numbers.whole(look.token + 1),
            count: numbers.whole(ids.length),
            row: numbers.whole(look.row + 1),
          })}
        </p>
        <Badges look={look} token={token} />
      </header>
      {order.map((part) => parts[part])}
    </>
  );
}
