// A link's content as a list: scenario, engine, changed options from their defaults, view, recording and what becomes of the page.

import { CONFIG_FIELDS, withDefaults } from "../../src/config";
import type { ScenarioInfo } from "../../src/worker/protocol";
import { optionName } from "../config/optionTexts";
import { scenarioName } from "../config/scenarioNames";
import { valueText } from "../config/valueText";
import { changedOptions } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { groupList } from "./groupNames";
import classes from "./OfferCard.module.css";
import type { SharedState } from "./sharedState";

interface Props {
  readonly offer: SharedState;
  /** null while the lab's scenarios are not known, or for one that is not among them. */
  readonly home: ScenarioInfo | null;
}

export function OfferFacts({ offer, home }: Props) {
  const { t, language, numbers } = useLanguage();
  const { scenario, engine, recording, tab, pinned, hidden, locked, embed } = offer;
  const page = [
    ...(hidden.length > 0 ? [t("share.offer.hides", { groups: groupList(hidden, t, language) })] : []),
    ...(locked.length > 0 ? [t("share.offer.locks", { groups: groupList(locked, t, language) })] : []),
    ...(embed ? [t("share.offer.embed")] : []),
  ];
  const view = t(`tabs.${tab}`);
  return (
    <dl className={classes["facts"]}>
      {scenario !== null && (
        <>
          <dt>{t("share.offer.scenario")}</dt>
          <dd>{scenarioName(scenario, t)}</dd>
          <dt>{t("share.offer.options")}</dt>
          <dd>
            <Options offer={offer} home={home} />
          </dd>
          <dt>{t("share.offer.engine")}</dt>
          <dd>{t(`settings.engine.${engine}`)}</dd>
        </>
      )}
      {recording !== null && (
        <>
          <dt>{t("share.offer.recording")}</dt>
          <dd>{recording}</dd>
        </>
      )}
      <dt>{t("share.offer.view")}</dt>
      <dd>{pinned === null ? view : t("share.offer.viewStep", { tab: view, step: numbers.whole(pinned + 1) })}</dd>
      {page.length > 0 && (
        <>
          <dt>{t("share.offer.page")}</dt>
          <dd>{page.join("; ")}</dd>
        </>
      )}
    </dl>
  );
}

/** From the scenario's default to the sender's value, in the order of the table of options. */
function Options({ offer: { config }, home }: Props) {
  const { t, language, numbers } = useLanguage();
  const defaults = home === null ? null : withDefaults(home.defaults);
  const changes =
    defaults === null
      ? CONFIG_FIELDS.filter((field) => field in config).map((field) => ({ field, from: undefined, to: config[field] ?? null }))
      : changedOptions(defaults, { ...defaults, ...config });
  if (changes.length === 0) return t("share.offer.noOptions");
  return (
    <ul className={`numeric ${classes["options"]}`} data-testid="link-options" tabIndex={changes.length > 20 ? 0 : undefined}>
      {changes.map(({ field, from, to }) => (
        <li key={field} data-option={field}>
          <span className={classes["name"]}>{optionName(field, language)}:</span>{" "}
          {from !== undefined && (
            <>
              <del>{valueText(from, t, numbers)}</del> →{" "}
            </>
          )}
          <ins>{valueText(to, t, numbers)}</ins>
        </li>
      ))}
    </ul>
  );
}
