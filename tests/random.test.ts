import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gumbelFromHash, hashKey, pcg, RandomSource, Stream, uniformFromHash } from "../src/random";

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe("pcg", () => {
  test("is PCG-RXS-M-XS in exact integer arithmetic", () => {
    const exact = (x: number): number => {
      const mod = 2n ** 32n;
      const state = (BigInt(x) * 747796405n + 2891336453n) % mod;
      const mixed = (((state >> ((state >> 28n) + 4n)) ^ state) * 277803737n) % mod;
      return Number((mixed >> 22n) ^ mixed);
    };
    fc.assert(
      fc.property(word, (x) => {
        expect(pcg(x)).toBe(exact(x));
      }),
    );
  });
  test("a key's hash grows by its next word", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(hashKey(a, b)).toBe(pcg((hashKey(a) ^ b) | 0));
      }),
    );
    expect(hashKey(1, 2)).not.toBe(hashKey(2, 1));
  });
});

describe("uniform numbers", () => {
  test("stay inside (0, 1) and are exact in float32", () => {
    fc.assert(
      fc.property(word, (hash) => {
        const u = uniformFromHash(hash);
        expect(u).toBeGreaterThan(0);
        expect(u).toBeLessThan(1);
        expect(Math.fround(u)).toBe(u);
      }),
    );
    // The ends: half a step of 2^-23 away from 0 and from 1.
    expect(uniformFromHash(0)).toBe(2 ** -24);
    expect(uniformFromHash(2 ** 32 - 1)).toBe(1 - 2 ** -24);
  });
  test("have the mean and variance of the uniform distribution", () => {
    const source = new RandomSource(7, Stream.sample);
    const draws = Array.from({ length: 20000 }, () => source.uniform());
    const mean = draws.reduce((sum, u) => sum + u, 0) / draws.length;
    const variance = draws.reduce((sum, u) => sum + (u - mean) ** 2, 0) / draws.length;
    // Standard errors 0.002 and 0.0005; six of each.
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.012);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.003);
  });
});

test("Gumbel noise has mean 0.5772 and stays below 16.7", () => {
  const draws = Array.from({ length: 20000 }, (_, i) => gumbelFromHash(hashKey(3, i)));
  const mean = draws.reduce((sum, g) => sum + g, 0) / draws.length;
  // Deviation pi / sqrt(6) = 1.28, so the standard error is 0.009.
  expect(Math.abs(mean - 0.5772)).toBeLessThan(0.054);
  expect(gumbelFromHash(2 ** 32 - 1)).toBeLessThan(16.7);
  expect(gumbelFromHash(2 ** 32 - 1)).toBeGreaterThan(16.6);
  expect(Number.isFinite(gumbelFromHash(0))).toBe(true);
});

describe("RandomSource", () => {
  test("the same key draws the same numbers, another key others", () => {
    const draw = (...key: number[]) =>
      Array.from(
        { length: 5 },
        (
          (source) => () =>
            source.uniform()
        )(new RandomSource(...key)),
      );
    expect(draw(1, Stream.shuffle)).toEqual(draw(1, Stream.shuffle));
    expect(draw(1, Stream.shuffle)).not.toEqual(draw(1, Stream.permutation));
    expect(draw(1, Stream.shuffle)).not.toEqual(draw(2, Stream.shuffle));
  });
  test("streams are distinct", () => {
    expect(new Set(Object.values(Stream)).size).toBe(Object.keys(Stream).length);
  });
  test("below stays below and reaches every value", () => {
    const source = new RandomSource(11);
    const seen = new Set(Array.from({ length: 500 }, () => source.below(7)));
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
  test("normal numbers have mean 0 and variance 1", () => {
    const source = new RandomSource(13);
    const draws = Array.from({ length: 20000 }, () => source.normal());
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + x * x, 0) / draws.length;
    // Standard errors 0.007 and 0.01.
    expect(Math.abs(mean)).toBeLessThan(0.042);
    expect(Math.abs(variance - 1)).toBeLessThan(0.06);
  });
  test("a permutation holds every number once, and all orders of three occur", () => {
    fc.assert(
      fc.property(word, fc.integer({ min: 0, max: 40 }), (seed, n) => {
        const order = new RandomSource(seed).permutation(n);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
    const orders = new Set(Array.from({ length: 200 }, (_, seed) => new RandomSource(seed).permutation(3).join("")));
    expect(orders.size).toBe(6);
  });
});
