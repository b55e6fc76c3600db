// The help button of the page: the keyboard shortcuts.

import { ActionIcon, Kbd, Popover } from "@mantine/core";
import { HelpIcon } from "../icons";
import { useLanguage } from "../strings/strings";
import { TABS } from "../view/viewState";
import classes from "./ShortcutsHelp.module.css";

export function ShortcutsHelp() {
  const { t } = useLanguage();
  const rows = [
    [t("shortcuts.space"), t("shortcuts.toggle")],
    ["T N M S", t("shortcuts.step")],
    ["[ ] F", t("shortcuts.timeline")],
    [TABS.map((_, i) => i + 1).join(" "), t("shortcuts.tabs")],
  ] as const;
  return (
    <Popover width={300} position="bottom-end" withArrow shadow="md">
      <Popover.Target>
        <ActionIcon variant="default" size={34} aria-label={t("shortcuts.open")} title={t("shortcuts.open")}>
          <HelpIcon />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <h2 className="card-title">{t("shortcuts.title")}</h2>
        <dl className={classes["list"]}>
          {rows.map(([key, meaning]) => (
            <div key={key}>
              <dt>{meaning}</dt>
              <dd>
                {key.split(" ").map((one) => (
                  <Kbd key={one}>{one}</Kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
        <p className={classes["note"]}>{t("shortcuts.fields")}</p>
      </Popover.Dropdown>
    </Popover>
  );
}
