// Groups of the page's controls that a teacher's link may hide or lock. A convenience for lessons; it protects nothing.

import { TABS } from "../view/viewState";

export const CONTROL_GROUPS = ["settings", "scenario", "engine", "run", "recordings", ...TABS] as const;
export type ControlGroup = (typeof CONTROL_GROUPS)[number];

/** What becomes of a group: shown as ever, shown but disabled, or not there. */
export type Restriction = "none" | "locked" | "hidden";

export interface Restrictions {
  readonly hidden: readonly ControlGroup[];
  readonly locked: readonly ControlGroup[];
}

/** Scenario and engine are part of the settings, and go with them. */
const PART_OF: Partial<Readonly<Record<ControlGroup, ControlGroup>>> = { scenario: "settings", engine: "settings" };

/** A group that is both is hidden. */
export function restrictionOf({ hidden, locked }: Restrictions, group: ControlGroup): Restriction {
  const names = [group, PART_OF[group]];
  if (hidden.some((name) => names.includes(name))) return "hidden";
  return locked.some((name) => names.includes(name)) ? "locked" : "none";
}
