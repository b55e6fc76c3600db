// Keyboard shortcuts of the page: which key means what, and when a key belongs to a control instead.

import { useEffect } from "react";
import type { ControlGroup } from "../share/controlGroups";
import { useRestrictions } from "../share/share";
import { useSetView } from "../view/view";
import { TABS, type Tab } from "../view/viewState";
import { useViewStore } from "../view/viewStore";
import { useLab, usePlayer } from "./lab";

export type Shortcut = "toggle" | "token" | "phase" | "minibatch" | "step" | "previous" | "next" | "follow" | Tab;

interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

/** What the focused element does with keys by itself. */
export type FocusKind = "typing" | "pressing" | "none";

const KEYS: Readonly<Record<string, Shortcut>> = {
  " ": "toggle",
  t: "token",
  n: "phase",
  m: "minibatch",
  s: "step",
  "[": "previous",
  "]": "next",
  f: "follow",
  ...Object.fromEntries(TABS.map((tab, i) => [String(i + 1), tab])),
};

/** Space belongs to a focused button; every key belongs to a field that is typed in. Only the timeline's keys repeat when held. */
export function shortcutOf(press: KeyPress, focus: FocusKind): Shortcut | null {
  if (press.ctrlKey || press.metaKey || press.altKey || focus === "typing") return null;
  const shortcut = KEYS[press.key.toLowerCase()] ?? null;
  if (shortcut === "toggle" && focus === "pressing") return null;
  return press.repeat && shortcut !== "previous" && shortcut !== "next" ? null : shortcut;
}

/** The group of controls that a shortcut belongs to; null for the timeline's, which are always there. */
function groupOf(shortcut: Shortcut): ControlGroup | null {
  const tab = TABS.find((name) => name === shortcut);
  if (tab !== undefined) return tab;
  return shortcut === "previous" || shortcut === "next" || shortcut === "follow" ? null : "run";
}

function focusKind(target: EventTarget | null): FocusKind {
  if (!(target instanceof Element)) return "none";
  if (target.closest("input:not([type=range]), textarea, select, [contenteditable=true], [role=listbox], [role=option]")) return "typing";
  return target.closest("button, a, summary, [role=button]") ? "pressing" : "none";
}

export function useShortcuts(): void {
  const { store } = useLab();
  const player = usePlayer();
  const viewStore = useViewStore();
  const setView = useSetView();
  const restriction = useRestrictions();
  useEffect(() => {
    const look = (by: number): void => {
      const newest = (store.getState().points.at(-1)?.step ?? 0) - 1;
      if (newest < 0) return;
      const at = viewStore.getState().pinned ?? newest;
      setView({ pinned: Math.max(0, Math.min(newest, at + by)) });
    };
    const act = (shortcut: Shortcut): void => {
      switch (shortcut) {
        case "toggle":
          return player.toggle();
        case "token":
          return player.stepToken();
        case "phase":
          return player.stepPhase();
        case "minibatch":
          return player.stepMinibatch();
        case "step":
          return player.stepPpo();
        case "previous":
          return look(-1);
        case "next":
          return look(1);
        case "follow":
          return setView({ pinned: null });
        default:
          return setView({ tab: TABS.find((tab) => tab === shortcut) ?? "overview" });
      }
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      const shortcut = event.defaultPrevented ? null : shortcutOf(event, focusKind(event.target));
      const group = shortcut === null ? null : groupOf(shortcut);
      if (shortcut === null || (group !== null && restriction(group) !== "none")) return;
      event.preventDefault();
      act(shortcut);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [player, store, viewStore, setView, restriction]);
}
