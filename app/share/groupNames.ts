// Names of control groups for people.

import type { Translate } from "../strings/strings";
import { TABS } from "../view/viewState";
import type { ControlGroup } from "./controlGroups";

export function groupName(group: ControlGroup, t: Translate): string {
  const tab = TABS.find((name) => name === group);
  return tab === undefined
    ? t(`share.group.${group as Exclude<ControlGroup, (typeof TABS)[number]>}`)
    : t("share.group.view", { name: t(`tabs.${tab}`) });
}

/** In a sentence: "settings, engine, and run". */
export function groupList(groups: readonly ControlGroup[], t: Translate, language: string): string {
  return new Intl.ListFormat(language, { type: "conjunction" }).format(groups.map((group) => groupName(group, t)));
}
