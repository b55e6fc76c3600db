// A link's content before it is opened: what its sender set and looked at, and what opening does to the run on the page.

import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useStore } from "zustand";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { differs, settingsOf } from "./linkController";
import classes from "./OfferCard.module.css";
import { OfferFacts } from "./OfferFacts";
import { defaultsSum } from "./capture";
import { forgetHash, useLinks } from "./share";
import type { SharedState } from "./sharedState";

export function OfferCard({ offer }: { readonly offer: SharedState }) {
  const { t, numbers } = useLanguage();
  const { live, library } = useLab();
  const links = useLinks();
  const run = useStore(live);
  const kept = useStore(library.state, ({ current, problem }) => current !== null && problem === null);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);

  const known = run.catalog !== null;
  const home = run.catalog?.scenarios.find(({ id }) => id === offer.scenario);
  const shown = offer.recording !== null;
  // Its recording is there already, and the settings are as they are: nothing is left to ask.
  if (shown && run.runConfig === null && (!known || !differs(offer, run))) return null;
  const unknown = known && offer.scenario !== null && settingsOf(offer, run) === null;
  const begun = run.runConfig !== null;
  const dismiss = (): void => {
    forgetHash();
    links.dismiss();
  };
  return (
    <section className={`card ${classes["card"]}`} aria-label={t("share.offer.label")} data-testid="link-offer">
      <h2 ref={title} tabIndex={-1} className={classes["title"]}>
        {offer.title === "" ? t("share.offer.title") : offer.title}
      </h2>
      <p className={classes["quiet"]}>{t(shown && !begun ? "share.offer.settings" : "share.offer.quiet")}</p>
      <OfferFacts offer={offer} home={home ?? null} />
      {unknown && <p className={classes["warning"]}>{t("share.offer.unknownScenario", { name: offer.scenario ?? "" })}</p>}
      {home !== undefined && offer.defaults !== null && offer.defaults !== defaultsSum(home) && (
        <p className={classes["warning"]}>{t("share.offer.otherDefaults")}</p>
      )}
      {offer.config.rewardModelType === "api" && (
        <p className={classes["warning"]}>{t("share.offer.server", { address: offer.config.rewardModel ?? "" })}</p>
      )}
      {begun && !unknown && (
        <p className={classes["warning"]} data-testid="link-ends-run">
          {t("share.offer.endsRun", { step: numbers.whole((run.position?.step ?? 0) + 1) })}{" "}
          {t(kept ? "share.offer.keptRun" : "share.offer.lostRun")}
        </p>
      )}
      <div className={classes["buttons"]}>
        <Button onClick={() => links.open()} disabled={unknown || (!known && offer.scenario !== null)} data-action="openLink">
          {t("share.offer.open")}
        </Button>
        {begun && (
          <Button
            component="a"
            variant="default"
            href={location.href}
            target="_blank"
            rel="noopener"
            onClick={dismiss}
            data-action="openLinkInTab"
          >
            {t("share.offer.newTab")}
          </Button>
        )}
        <Button variant="default" onClick={dismiss} data-action="dismissLink">
          {t("share.offer.notNow")}
        </Button>
        <p role="status" className={classes["loading"]}>
          {!known && offer.scenario !== null && t("share.offer.loading")}
        </p>
      </div>
    </section>
  );
}
