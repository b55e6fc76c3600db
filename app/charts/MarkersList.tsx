// What was changed while the run went on, newest first; a step is picked as in a chart.

import { UnstyledButton } from "@mantine/core";
import { optionName } from "../config/optionTexts";
import type { Marker, OptionChange } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { useSetView } from "../view/view";
import classes from "./MarkersList.module.css";
import { setCursor } from "./cursor";

export function MarkersList({ markers }: { readonly markers: readonly Marker[] }) {
  const { t, numbers, language } = useLanguage();
  const setView = useSetView();
  const describe = ({ field, from, to }: OptionChange): string =>
    t("settings.changeText", { name: optionName(field, language), from: numbers.option(from), to: numbers.option(to) });
  return (
    <section className={`card ${classes["card"]}`} aria-label={t("charts.turned")} data-testid="markers">
      <h3 className="card-title">
        <span aria-hidden="true">⚑ </span>
        {t("charts.turned")}
      </h3>
      {markers.length === 0 ? (
        <p className="dim">{t("charts.turnedNone")}</p>
      ) : (
        <ol className={classes["list"]}>
          {markers.toReversed().map(({ step, changes }) => (
            <li key={step}>
              <UnstyledButton
                className={`numeric ${classes["step"]}`}
                onClick={() => setView({ pinned: step - 1 })}
                onPointerEnter={() => setCursor(step)}
                onPointerLeave={() => setCursor(null)}
                onFocus={() => setCursor(step)}
                onBlur={() => setCursor(null)}
                title={t("charts.keepStep", { step: numbers.whole(step) })}
              >
                {t("settings.changeAt", { step: numbers.whole(step) })}
              </UnstyledButton>
              <ul>
                {changes.map((change) => (
                  <li key={change.field} className="numeric">
                    {describe(change)}
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
