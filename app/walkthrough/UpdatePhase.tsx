// Update: the minibatch looked at, where the clip stops its tokens, the gradients' norms, and the response before and after.

import type { Look } from "../inspector/look";
import { useLanguage } from "../strings/strings";
import { BeforeAfter } from "./BeforeAfter";
import { GradNorms } from "./GradNorms";
import { MinibatchPicker } from "./MinibatchPicker";
import classes from "./PhaseCard.module.css";
import { RatioPlot } from "./RatioPlot";

export function UpdatePhase({ look }: { readonly look: Look }) {
  const { t } = useLanguage();
  const minibatch = look.step.minibatches[look.minibatch];
  return (
    <>
      {minibatch === undefined ? (
        <p className={`${classes["part"]} ${classes["note"]}`}>{t("walk.update.noMinibatches")}</p>
      ) : (
        <>
          <MinibatchPicker look={look} />
          <div className={classes["part"]}>
            <RatioPlot look={look} minibatch={minibatch} />
          </div>
          <div className={classes["part"]}>
            <GradNorms look={look} />
          </div>
        </>
      )}
      <BeforeAfter look={look} />
    </>
  );
}
