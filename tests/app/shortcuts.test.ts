// Which key press is a shortcut.

import { describe, expect, it } from "vitest";
import { shortcutOf } from "../../app/run/shortcuts";

const press = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...more });

describe("shortcutOf", () => {
  it.each([
    [" ", "none", "toggle"],
    ["n", "none", "phase"],
    ["N", "pressing", "phase"],
    ["s", "pressing", "step"],
    [" ", "pressing", null],
    [" ", "typing", null],
    ["n", "typing", null],
    ["t", "none", "token"],
    ["m", "none", "minibatch"],
    ["[", "none", "previous"],
    ["]", "pressing", "next"],
    ["f", "none", "follow"],
    ["1", "none", "overview"],
    ["9", "none", null],
    ["x", "none", null],
  ] as const)("%j with focus on %s: %s", (key, focus, expected) => {
    expect(shortcutOf(press(key), focus)).toBe(expected);
  });

  it("leaves combinations and held keys alone", () => {
    for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { repeat: true }])
      expect(shortcutOf(press("s", more), "none")).toBeNull();
    expect(shortcutOf(press("]", { repeat: true }), "none")).toBe("next");
  });
});
