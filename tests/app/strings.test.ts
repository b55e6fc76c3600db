// The string tables: same slots in every language, nothing empty; numbers as people write them.

import { describe, expect, it } from "vitest";
import { en } from "../../app/strings/en";
import { numberWriter } from "../../app/strings/numbers";
import { preferredLanguage, type StringKey, translator } from "../../app/strings/strings";
import { vi } from "../../app/strings/vi";

const slots = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();
const KEYS = Object.keys(en) as StringKey[];

describe("the string tables", () => {
  it("have the same slots under every key, and no empty text", () => {
    for (const key of KEYS) {
      expect(slots(vi[key]), key).toEqual(slots(en[key]));
      expect(vi[key].trim().length, key).toBeGreaterThan(0);
    }
    expect(Object.keys(vi).toSorted()).toEqual(KEYS.toSorted());
  });

  it("are translated: sentences differ between the languages", () => {
    const words = (text: string): number => (text.replace(/\{\w+\}/g, "").match(/[a-z]{3,}/g) ?? []).length;
    const untranslated = KEYS.filter((key) => words(en[key]) > 4 && en[key] === vi[key]);
    expect(untranslated).toEqual([]);
  });

  it("fill their slots", () => {
    expect(translator("en")("run.stepOf", { step: "3", total: "60" })).toBe("Step 3 of 60");
    expect(translator("vi")("run.stepOf", { step: "3", total: "60" })).toBe("Bước 3 trên 60");
  });
});

describe("preferredLanguage", () => {
  it.each([
    ["vi", ["en-US"], "vi"],
    [null, ["vi-VN", "en"], "vi"],
    [null, ["fr-FR", "vi"], "vi"],
    [null, ["fr-FR"], "en"],
    ["xx", ["fr-FR"], "en"],
  ] as const)("stored %s, browser %s: %s", (stored, browser, language) => {
    expect(preferredLanguage(stored, browser)).toBe(language);
  });
});

describe("numberWriter", () => {
  const english = numberWriter("en");
  const vietnamese = numberWriter("vi");

  it("writes measured values with three significant digits", () => {
    expect([1.23456, -0.05678, 1234.5, 0].map(english.value)).toEqual(["1.23", "−0.0568", "1,230", "0"]);
    expect([1.23456, 0.000123].map(vietnamese.value)).toEqual(["1,23", "1,2e-4"]);
    expect([0.000123, -0.000123, Number.NaN].map(english.value)).toEqual(["1.2e-4", "−1.2e-4", "–"]);
  });

  it("writes values at the cursor with four digits", () => {
    expect([1.23456, -0.056789, 0.000123456].map(english.precise)).toEqual(["1.235", "−0.05679", "1.23e-4"]);
  });

  it("writes changes with their sign", () => {
    expect([0.25, -0.25, 0, 2e-5].map(english.change)).toEqual(["+0.25", "−0.25", "0", "+2e-5"]);
  });

  it("writes options as one would type them", () => {
    expect([5e-4, 0.2, 10000, 4294967295, -1].map(english.option)).toEqual(["5e-4", "0.2", "10000", "4294967295", "−1"]);
    expect([5e-5, 0.2].map(vietnamese.option)).toEqual(["5e-5", "0,2"]);
  });

  it("keeps numbers at the limits short, and zero without a sign", () => {
    const { value, precise, change, fixed, percent, whole, option, seconds } = english;
    const writers = [value, precise, change, percent, whole, option, seconds, (x: number) => fixed(x, 4)];
    for (const x of [Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, -5e-324, 1e15, -1e15, 2 ** 53, Number.NaN, Infinity, -Infinity])
      for (const write of writers) expect(write(x).length, `${x} as ${write(x)}`).toBeLessThanOrEqual(20);
    for (const write of writers) expect(write(-0)).not.toMatch(/[-−]/);
    expect([1e308, -1.5e300].map(value)).toEqual(["1e308", "−1.5e300"]);
    expect([-0, -0.00001].map((x) => fixed(x, 2))).toEqual(["0.00", "0.00"]);
    expect([Number.NaN, Infinity].map(seconds)).toEqual(["–", "–"]);
  });

  it("writes durations in words", () => {
    expect([0.25, 42.4, 60, 119.9, 150].map(english.seconds)).toEqual(["250 ms", "42 sec", "60 sec", "2 min 0 sec", "2 min 30 sec"]);
  });
});
