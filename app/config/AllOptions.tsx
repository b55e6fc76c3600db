// Every option of a run in a drawer: searchable, grouped as a run goes, with defaults, ranges and what was changed.

import { Button } from "@mantine/core";
import { useDeferredValue, useState } from "react";
import { CONFIG_FIELDS, type ConfigField, FIELDS, type LabConfig } from "../../src/config";
import { SearchIcon } from "../icons";
import { useController, useRun } from "../run/lab";
import { Lockable } from "../share/Lockable";
import { useLanguage } from "../strings/strings";
import classes from "./AllOptions.module.css";
import { Dialog } from "./Dialog";
import { OptionRow } from "./OptionRow";
import { GROUPS, searchOptions } from "./optionSearch";
import { useScenarioDefaults } from "./scenarioDefaults";

interface Filters {
  readonly changed: boolean;
  readonly live: boolean;
}

export function AllOptions({ onClose }: { readonly onClose: () => void }) {
  const { t, numbers, language } = useLanguage();
  const controller = useController();
  const config = useRun((state) => state.config);
  const usual = useScenarioDefaults();
  const [query, setQuery] = useState("");
  const asked = useDeferredValue(query);
  const [filters, setFilters] = useState<Filters>({ changed: false, live: false });
  const changed = changedFields(config, usual);
  const found = searchOptions(asked, language).filter(
    (field) => (!filters.changed || changed.includes(field)) && (!filters.live || FIELDS[field].live === true),
  );
  const toggle = (filter: keyof Filters) => (
    <button
      type="button"
      className={classes["filter"]}
      aria-pressed={filters[filter]}
      onClick={() => setFilters({ ...filters, [filter]: !filters[filter] })}
      data-filter={filter}
    >
      {filter === "changed" ? t("options.filterChanged", { count: numbers.whole(changed.length) }) : t("options.filterLive")}
    </button>
  );
  return (
    <Dialog
      title={t("options.title")}
      onClose={onClose}
      drawer
      testId="all-options"
      footer={
        <Lockable group="settings">
          <Button variant="default" disabled={changed.length === 0} onClick={() => controller.setOptions(usual)} data-action="restore-all">
            {t("options.restoreAll", { count: numbers.whole(changed.length) })}
          </Button>
        </Lockable>
      }
    >
      <div className={classes["search"]}>
        <label className={classes["field"]}>
          <SearchIcon />
          <input
            type="search"
            aria-label={t("options.search")}
            placeholder={t("options.searchHint")}
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
          />
        </label>
        {toggle("changed")}
        {toggle("live")}
        <p role="status" className={`numeric ${classes["count"]}`} data-testid="options-found">
          {t("options.found", { count: numbers.whole(found.length), total: numbers.whole(CONFIG_FIELDS.length) })}
        </p>
      </div>
      {found.length === 0 && <p className={classes["none"]}>{t("options.none")}</p>}
      {GROUPS.map((group) => {
        const fields = found.filter((field) => FIELDS[field].group === group);
        if (fields.length === 0) return null;
        return (
          <section key={group} className={classes["group"]} aria-labelledby={`options-${group}`}>
            <h3 id={`options-${group}`}>{t(`group.${group}`)}</h3>
            <ul>
              {fields.map((field) => (
                <OptionRow key={field} field={field} />
              ))}
            </ul>
          </section>
        );
      })}
    </Dialog>
  );
}

function changedFields(config: LabConfig, usual: LabConfig): ConfigField[] {
  return CONFIG_FIELDS.filter((field) => config[field] !== usual[field]);
}
