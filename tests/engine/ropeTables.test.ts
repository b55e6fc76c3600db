// Rotary tables against the definition with Math, and llama3 scaling's three branches by hand.

import { expect, test } from "vitest";
import { ropeFrequencies, ropeTables } from "../../src/engine/ropeTables";
import { MODELS } from "./fixtures";

const plain = MODELS["odd sizes, grouped queries"] as NonNullable<(typeof MODELS)[string]>;

test("table entry (position, j) is cos and sin of position * theta^(-2j / headDim), rounded to float32", () => {
  const { cos, sin } = ropeTables(plain, 50);
  expect(cos.length).toBe(50 * 3);
  for (let position = 0; position < 50; position++)
    for (let j = 0; j < 3; j++) {
      const angle = position * 100 ** ((-2 * j) / 6);
      expect(Math.abs((cos[position * 3 + j] as number) - Math.cos(angle))).toBeLessThan(6e-8);
      expect(Math.abs((sin[position * 3 + j] as number) - Math.sin(angle))).toBeLessThan(6e-8);
    }
});

test("linear scaling divides every frequency", () => {
  const scaled = ropeFrequencies({ ...plain, ropeScaling: { kind: "linear", factor: 4 } });
  expect(Array.from(scaled)).toEqual(Array.from(ropeFrequencies(plain), (frequency) => frequency / 4));
});

test("llama3 scaling keeps short waves, divides long ones and blends between", () => {
  const ropeScaling = { kind: "llama3", factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositionEmbeddings: 80 } as const;
  // theta 10000, headDim 6: frequencies 1, 0.0464, 0.00215; wavelengths 6.28, 135.4, 2917; bounds 80 / 4 = 20 and 80 / 1 = 80.
  const [kept, long, longest] = ropeFrequencies({ ...plain, ropeTheta: 10_000, ropeScaling });
  expect(kept).toBe(1);
  expect(long).toBeCloseTo(10_000 ** (-1 / 3) / 8, 12);
  expect(longest).toBeCloseTo(10_000 ** (-2 / 3) / 8, 12);
  // theta 1000: the second frequency is 0.1, its wavelength 62.83, so u = (80 / 62.83 - 1) / 3 = 0.091079894...
  const [, blended] = ropeFrequencies({ ...plain, ropeTheta: 1000, ropeScaling });
  const u = (8 / (2 * Math.PI) - 1) / 3;
  expect(blended).toBeCloseTo(((1 - u) * 0.1) / 8 + u * 0.1, 12);
});
