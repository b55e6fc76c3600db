// Beside what is shown: the offer to go on with the run that was left unfinished.

import { lazy, type ReactNode, Suspense } from "react";
import { LiveRun, useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import classes from "./ResumeBeside.module.css";
import { useLibrary } from "./useLibrary";

const ResumeCard = lazy(async () => ({ default: (await import("./ResumeCard")).ResumeCard }));

export function ResumeBeside({ children }: { readonly children: ReactNode }) {
  return (
    <div className={classes["beside"]}>
      {children}
      <LiveRun>
        <Offered />
      </LiveRun>
    </div>
  );
}

/** Gone as soon as another run begins. */
function Offered() {
  const { t } = useLanguage();
  const offer = useLibrary((state) => state.offer);
  const idle = useRun((state) => state.runConfig === null && state.goal === null);
  const shown = offer !== null && idle;
  return (
    <>
      <p role="status" className="hidden-visually">
        {shown && t("offer.title")}
      </p>
      <Suspense fallback={null}>{shown && <ResumeCard offer={offer} />}</Suspense>
    </>
  );
}
