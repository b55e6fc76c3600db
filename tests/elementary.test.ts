import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cos, exp, log, pow, sin } from "../src/elementary";

/** Math's functions are within an ulp or two of the truth, so relative differences of 4 ulp are ours or theirs. */
const CLOSE = 1e-15;
const relative = (got: number, wanted: number): number => (got === wanted ? 0 : Math.abs(got - wanted) / Math.abs(wanted));

describe("exp", () => {
  test("agrees with the platform's exp over the whole range", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 709, noNaN: true }), (x) => {
        expect(relative(exp(x), Math.exp(x))).toBeLessThan(CLOSE);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (x) => {
        expect(relative(exp(x), Math.exp(x))).toBeLessThan(CLOSE);
      }),
    );
  });
  test.each([
    [0, 1],
    [-0, 1],
    [Infinity, Infinity],
    [-Infinity, 0],
    [710, Infinity],
    [-746, 0],
    [NaN, NaN],
  ])("exp(%d) = %d", (x, wanted) => expect(exp(x)).toBe(wanted));
  test("reaches the ends of double precision", () => {
    expect(relative(exp(709.782712893384), Number.MAX_VALUE)).toBeLessThan(1e-12);
    // The smallest subnormals have few digits: compare in units of the smallest one.
    for (const x of [-709, -720, -740, -745])
      expect(Math.abs(exp(x) - Math.exp(x))).toBeLessThanOrEqual(Math.max(Number.MIN_VALUE, Math.exp(x) * 4e-16));
  });
});

describe("log", () => {
  test("agrees with the platform's log", () => {
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }), (x) => {
        expect(relative(log(x), Math.log(x))).toBeLessThan(CLOSE);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 2, noNaN: true }), (x) => {
        expect(relative(log(x), Math.log(x))).toBeLessThan(CLOSE);
      }),
    );
  });
  test.each([
    [1, 0],
    [0, -Infinity],
    [-0, -Infinity],
    [-1, NaN],
    [NaN, NaN],
    [Infinity, Infinity],
  ])("log(%d) = %d", (x, wanted) => expect(log(x)).toBe(wanted));
});

describe("sin and cos", () => {
  test("agree with the platform's up to positions of 10^5", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e5, max: 1e5, noNaN: true }), (x) => {
        expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThan(4e-16 * 3);
        expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThan(4e-16 * 3);
      }),
      { numRuns: 1000 },
    );
  });
  test("are exact at zero and right in all four quadrants", () => {
    expect([sin(0), cos(0)]).toEqual([0, 1]);
    for (let quadrant = -6; quadrant <= 6; quadrant++) {
      const x = 0.3 + (quadrant * Math.PI) / 2;
      expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThan(1e-15);
      expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThan(1e-15);
    }
  });
});

test("pow agrees with the platform's for RoPE's bases and exponents", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.5, max: 1e6, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true }), (base, exponent) => {
      // The error of log is multiplied by |exponent log base| <= 28.
      expect(relative(pow(base, exponent), Math.pow(base, exponent))).toBeLessThan(2e-14);
    }),
  );
});
