// All statistics of the run, searchable and in groups: what each means, its newest value, and whether its chart is shown.

import { TextInput, UnstyledButton } from "@mantine/core";
import { memo, useCallback, useDeferredValue, useMemo, useState } from "react";
import { metricKeyOf } from "../help/metrics";
import { ChevronIcon } from "../icons";
import type { StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { MetricExplanation } from "./MetricHelp";
import classes from "./MetricPicker.module.css";
import { grouped, matches, newestValue } from "./metricList";
import { metricName } from "./series";
import { useMetricTexts } from "./texts/metricTexts";

interface Props {
  readonly keys: readonly string[];
  readonly chosen: readonly string[];
  readonly choose: (keys: readonly string[]) => void;
  readonly points: readonly StepPoint[];
}

export const MetricPicker = memo(function MetricPicker({ keys, chosen, choose, points }: Props) {
  const { t, numbers } = useLanguage();
  const texts = useMetricTexts();
  const [query, setQuery] = useState("");
  const asked = useDeferredValue(query);
  const found = useMemo(() => {
    const textsOf = (key: string): string[] => {
      const known = metricKeyOf(key);
      const text = known === null ? undefined : texts?.[known];
      return [key, metricName(key, t), text?.definition ?? ""];
    };
    return asked.trim() === "" ? keys : keys.filter((key) => matches(asked, textsOf(key)));
  }, [keys, asked, texts, t]);
  const groups = useMemo(() => grouped(found), [found]);
  const toggle = useCallback(
    (key: string): void => choose(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key]),
    [choose, chosen],
  );
  return (
    <section className={`card ${classes["card"]}`} aria-label={t("charts.picker")} data-testid="metric-picker">
      <div className={classes["head"]}>
        <TextInput
          type="search"
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          aria-label={t("charts.search")}
          placeholder={t("charts.search")}
          className={classes["search"]}
        />
        <span className={`numeric dim ${classes["count"]}`} role="status">
          {t("charts.found", {
            count: numbers.whole(found.length),
            total: numbers.whole(keys.length),
            chosen: numbers.whole(chosen.length),
          })}
        </span>
        <UnstyledButton className={classes["none"]} disabled={chosen.length === 0} onClick={() => choose([])}>
          {t("charts.chooseNone")}
        </UnstyledButton>
      </div>
      {found.length === 0 && <p className="dim">{t("charts.nothingFound")}</p>}
      <div className={classes["scroll"]}>
        <div className={classes["groups"]}>
          {groups.map(([group, held]) => (
            <fieldset key={group} className={classes["group"]}>
              <legend>{t(`metricGroup.${group}`)}</legend>
              {held.map((key) => (
                <MetricRow key={key} metric={key} chosen={chosen.includes(key)} toggle={toggle} value={newestValue(points, key)} />
              ))}
            </fieldset>
          ))}
        </div>
      </div>
    </section>
  );
});

interface RowProps {
  readonly metric: string;
  readonly chosen: boolean;
  readonly toggle: (key: string) => void;
  readonly value: number | undefined;
}

const MetricRow = memo(function MetricRow({ metric, chosen, toggle, value }: RowProps) {
  const { t, numbers } = useLanguage();
  const [open, setOpen] = useState(false);
  const name = metricName(metric, t);
  return (
    <div className={classes["row"]} data-metric={metric}>
      <div className={classes["line"]}>
        <label className={classes["check"]}>
          <input type="checkbox" checked={chosen} onChange={() => toggle(metric)} />
          {name}
        </label>
        <span className={`numeric ${classes["value"]}`}>{value === undefined ? "" : numbers.value(value)}</span>
        <UnstyledButton
          className={classes["more"]}
          aria-expanded={open}
          aria-label={t("charts.about", { name })}
          title={t("charts.about", { name })}
          onClick={() => setOpen(!open)}
        >
          <ChevronIcon />
        </UnstyledButton>
      </div>
      {open && (
        <div className={classes["about"]}>
          <MetricExplanation metric={metric} />
        </div>
      )}
    </div>
  );
});
