// Knobs: reading entries, moving them, saying what is wrong in both languages.

import { describe, expect, it } from "vitest";
import { batchOf, BATCH_KNOBS, entryProblem, type KnobField, knobSpec, MAIN_KNOBS, nudged } from "../../app/config/knobs";
import { parseNumber } from "../../app/config/parseNumber";
import { numberWriter } from "../../app/strings/numbers";
import { translator } from "../../app/strings/strings";
import { fieldProblem, withDefaults } from "../../src/config";

const KNOBS: readonly KnobField[] = [...MAIN_KNOBS, ...BATCH_KNOBS, "seed", "maxSteps"];

describe("parseNumber", () => {
  it.each([
    ["5e-4", 0.0005],
    ["0.2", 0.2],
    [" 0,2 ", 0.2],
    [".5", 0.5],
    ["-1", -1],
    ["−1", -1],
    ["1E3", 1000],
  ])("reads %s", (text, value) => expect(parseNumber(text)).toBe(value));

  it.each(["", "abc", "1 000", "1,2,3", "0x10", "Infinity", "NaN", "1e999", "5e", "--1"])("refuses %s", (text) =>
    expect(parseNumber(text)).toBeNull(),
  );
});

describe("nudged", () => {
  it.each([
    ["learningRate", 5e-4, 1, 1e-3],
    ["learningRate", 5e-4, -1, 2e-4],
    ["learningRate", 1e-3, -1, 5e-4],
    ["learningRate", 3e-4, 1, 5e-4],
    ["learningRate", 1, 1, 1],
    ["initKlCoef", 0, 1, 0.01],
    ["initKlCoef", 0, -1, 0],
    ["cliprange", 0.2, 1, 0.25],
    ["cliprange", 0.05, -1, 0.05],
    ["ppoEpochs", 1, -1, 1],
    ["perDeviceTrainBatchSize", 16, 1, 32],
    ["perDeviceTrainBatchSize", 1, -1, 1],
    ["temperature", 1, -1, 0.9],
  ] as const)("%s of %d, %d, is %d", (field, value, direction, expected) => {
    expect(nudged(field, value, direction)).toBe(expected);
  });

  it("never leaves what the configuration allows", () => {
    for (const field of KNOBS)
      for (const direction of [1, -1] as const) {
        let value = withDefaults({})[field];
        for (let i = 0; i < 60; i++) value = nudged(field, value, direction);
        expect(fieldProblem(field, value), `${field} ${value}`).toBeNull();
      }
  });
});

describe("entryProblem", () => {
  const t = translator("en");
  const numbers = numberWriter("en");

  it("agrees with the configuration's own check", () => {
    for (const field of KNOBS) {
      const { min, max } = knobSpec(field);
      for (const value of [min, max, min - 1, max + 1, (min + max) / 2, 0.5])
        expect(entryProblem(field, value, 1, t, numbers) === null, `${field} ${value}`).toBe(
          fieldProblem(field, value) === null && !(field === "maxSteps" && value === 0),
        );
    }
  });

  it("says what is wrong and what stays, in the language of the page", () => {
    expect(entryProblem("cliprange", null, 0.2, t, numbers)).toBe("Enter a number. 0.2 stays in force.");
    expect(entryProblem("ppoEpochs", 2.5, 4, t, numbers)).toBe("Enter a whole number. 4 stays in force.");
    expect(entryProblem("cliprange", -1, 0.2, t, numbers)).toBe("Must be above 0, up to 10. 0.2 stays in force.");
    expect(entryProblem("cliprange", -1, 0.2, translator("vi"), numberWriter("vi"))).toBe(
      "Phải nằm trong khoảng: trên 0, tối đa 10. Giá trị 0,2 vẫn được dùng.",
    );
  });
});

it("batch is the product of its three factors", () => {
  expect(batchOf(withDefaults({ perDeviceTrainBatchSize: 16, gradientAccumulationSteps: 2, ppoBufferSize: 4 }))).toBe(128);
});
