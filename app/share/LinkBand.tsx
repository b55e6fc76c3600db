// What links ask of the visitor and what the opened one says, above the views.

import { CloseButton } from "@mantine/core";
import { lazy, Suspense } from "react";
import { WarningIcon } from "../icons";
import { useLanguage } from "../strings/strings";
import classes from "./LinkBand.module.css";
import { OpenedNote } from "./OpenedNote";
import { forgetHash, useLinks, useLinkState } from "./share";

const OfferCard = lazy(async () => ({ default: (await import("./OfferCard")).OfferCard }));

export function LinkBand() {
  const problem = useLinkState((state) => state.problem);
  const offer = useLinkState((state) => state.offer);
  const opened = useLinkState((state) => state.opened);
  return (
    <>
      {problem !== null && <Problem kind={problem.kind} message={problem.message} />}
      {offer !== null && (
        <Suspense fallback={null}>
          <OfferCard offer={offer} />
        </Suspense>
      )}
      {opened !== null && <OpenedNote opened={opened} />}
    </>
  );
}

type Problem = NonNullable<Parameters<Parameters<typeof useLinkState>[0]>[0]["problem"]>;

function Problem({ kind, message }: Problem) {
  const { t } = useLanguage();
  const links = useLinks();
  const dismiss = (): void => {
    forgetHash();
    links.dismiss();
  };
  return (
    <aside className={`card ${classes["problem"]}`} role="alert" data-testid="link-problem" data-problem={kind}>
      <WarningIcon />
      <div className={classes["words"]}>
        <p>
          <strong>{t("share.problem.title")}.</strong> {t(`share.problem.${kind}`)}
        </p>
        <details className={classes["details"]}>
          <summary>{t("share.problem.details")}</summary>
          <p>{message}</p>
        </details>
      </div>
      <CloseButton size="sm" aria-label={t("share.problem.dismiss")} onClick={dismiss} />
    </aside>
  );
}
