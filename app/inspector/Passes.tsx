// The token's ratio in each PPO epoch and whether the clip cut it there; pressing one looks at that minibatch.

import type { TokenNumbers } from "../lenses/tokenAt";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import { useCells } from "./cells";
import type { Look } from "./look";
import { policyTerm } from "./objective";
import { passesOf } from "./passes";
import classes from "./TokenInspector.module.css";

interface Props {
  readonly look: Look;
  readonly token: TokenNumbers;
}

const SHOWN = 12;

export function Passes({ look, token }: Props) {
  const { t, numbers } = useLanguage();
  const cell = useCells();
  const setView = useSetView();
  const passes = passesOf(look.step, token.row, token.index);
  if (passes.length < 2) return null;
  const { cliprange } = look.config;
  const advantage = token.credit?.advantage ?? 0;
  return (
    <div className={classes["passes"]} role="group" aria-label={t("inspect.passes")}>
      <span className={classes["passesTitle"]}>{t("inspect.passes")}</span>
      {passes.slice(0, SHOWN).map(({ place, epoch, ratio }) => {
        const clipped = policyTerm(ratio, advantage, cliprange).branch === "clipped";
        return (
          <button
            key={place}
            type="button"
            className={classes["pass"]}
            aria-current={token.update?.minibatch === look.step.minibatches[place] ? "true" : undefined}
            onClick={() => setView({ minibatch: place })}
            data-clipped={clipped || undefined}
          >
            <span className="dim">{t("inspect.pass", { epoch: numbers.whole(epoch + 1) })}</span>
            <b className="numeric">{cell(ratio)}</b>
            {clipped && <span>⊘ {t("inspect.passClipped")}</span>}
          </button>
        );
      })}
    </div>
  );
}
