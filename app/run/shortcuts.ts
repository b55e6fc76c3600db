// Keyboard shortcuts of the run: which key means what, and when a key belongs to a control instead.

import { useEffect } from "react";
import type { RunController } from "./runController";

export type Shortcut = "toggle" | "phase" | "step";

interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

/** What the focused element does with keys by itself. */
export type FocusKind = "typing" | "pressing" | "none";

/** Space belongs to a focused button; every key belongs to a field that is typed in. */
export function shortcutOf(press: KeyPress, focus: FocusKind): Shortcut | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.repeat || focus === "typing") return null;
  switch (press.key) {
    case " ":
      return focus === "pressing" ? null : "toggle";
    case "n":
    case "N":
      return "phase";
    case "s":
    case "S":
      return "step";
    default:
      return null;
  }
}

function focusKind(target: EventTarget | null): FocusKind {
  if (!(target instanceof Element)) return "none";
  if (target.closest("input, textarea, select, [contenteditable=true], [role=listbox], [role=option]")) return "typing";
  return target.closest("button, a, summary, [role=button]") ? "pressing" : "none";
}

export function useShortcuts(controller: RunController): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const shortcut = event.defaultPrevented ? null : shortcutOf(event, focusKind(event.target));
      if (shortcut === null) return;
      event.preventDefault();
      if (shortcut === "toggle") controller.toggle();
      else if (shortcut === "phase") controller.stepPhase();
      else controller.stepPpo();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [controller]);
}
