// Which key press is a shortcut, and what the pipeline strip shows.

import { describe, expect, it } from "vitest";
import { phaseStates } from "../../app/pipeline/PipelineStrip";
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

describe("phaseStates", () => {
  it.each([
    ["ready", null, ["next", "waiting", "waiting", "waiting"]],
    ["running", null, ["active", "waiting", "waiting", "waiting"]],
    ["running", 1, ["done", "active", "waiting", "waiting"]],
    ["paused", 2, ["done", "done", "next", "waiting"]],
    ["running", 4, ["active", "waiting", "waiting", "waiting"]],
    ["paused", 4, ["done", "done", "done", "done"]],
    ["finished", 4, ["done", "done", "done", "done"]],
  ] as const)("%s after %s phases", (status, done, states) => {
    expect(phaseStates(status, done === null ? null : { step: 0, done, epochs: 0 })).toEqual(states);
  });
});
