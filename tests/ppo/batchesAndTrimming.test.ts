// Loader, permutations, trimming, masks and padding: worked cases of the fact sheet and properties.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leftPad, rightPad, takeRows } from "../../src/engine/tokenBatch";
import { ShapeError } from "../../src/errors";
import { epochPermutation, promptBatch } from "../../src/ppo/batches";
import { responseMask } from "../../src/ppo/responseMask";
import { trimQuery, trimResponse } from "../../src/ppo/trimming";

describe("promptBatch", () => {
  it("partitions each dataset epoch, drops the rest and flags the last batch", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (seed, samples, size) => {
        const batchSize = Math.min(size, samples);
        const perEpoch = Math.floor(samples / batchSize);
        const seen = new Set<number>();
        for (let step = perEpoch; step < 2 * perEpoch; step++) {
          const batch = promptBatch(seed, step, samples, batchSize);
          expect(batch.rows.length).toBe(batchSize);
          expect(batch.epoch).toBe(1);
          expect(batch.endOfDataloader).toBe(step === 2 * perEpoch - 1);
          for (const row of batch.rows) {
            expect(row).toBeLessThan(samples);
            seen.add(row);
          }
        }
        expect(seen.size).toBe(perEpoch * batchSize);
      }),
    );
  });

  it("shuffles anew every epoch and by seed, and repeats for the same key", () => {
    const rows = (seed: number, step: number) => promptBatch(seed, step, 64, 64).rows.join();
    expect(rows(1, 0)).toBe(rows(1, 0));
    expect(rows(1, 0)).not.toBe(rows(1, 1));
    expect(rows(1, 0)).not.toBe(rows(2, 0));
  });
});

describe("epochPermutation", () => {
  it("is a permutation that differs by epoch and step", () => {
    const sorted = (order: Int32Array) => [...order].sort((a, b) => a - b);
    const order = epochPermutation(3, 4, 0, 32);
    expect(sorted(order)).toEqual(Array.from({ length: 32 }, (_, i) => i));
    expect(order).not.toEqual(epochPermutation(3, 4, 1, 32));
    expect(order).not.toEqual(epochPermutation(3, 5, 0, 32));
  });
});

describe("trimResponse", () => {
  // Fact sheet 3.3, observed on the reference.
  it.each([
    [[9, 1, 2, 2], 2, 1, [9, 1]],
    [[9, 2, 9, 1], 2, 1, [9, 2, 9, 1]],
    [[2, 2, 2, 2], 2, 1, [2]],
    [[9, 9, 1, 1], 1, 1, [9, 9, 1]],
    [[1, 1, 1, 1], 1, 1, [1]],
    [[9, 9, 9, 9], 1, 1, [9, 9, 9, 9]],
    // Stopped on another stop token 5 with EOS = PAD: one EOS is appended when the row was padded.
    [[9, 5, 1, 1], 1, 1, [9, 5, 1]],
    [[9, 9, 9, 5], 1, 1, [9, 9, 9, 5]],
  ])("%j with PAD %i, EOS %i keeps %j", (generated, pad, eos, kept) => {
    expect([...trimResponse(Int32Array.from(generated), pad, eos)]).toEqual(kept);
  });

  it("always keeps a prefix of at least one token that holds every real token", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 8 }), fc.boolean(), (ids, same) => {
        const generated = Int32Array.from(ids);
        const kept = trimResponse(generated, 1, same ? 1 : 0);
        expect(kept.length).toBeGreaterThan(0);
        expect([...kept]).toEqual(ids.slice(0, kept.length));
        expect(ids.slice(kept.length).every((id) => id === 1)).toBe(true);
      }),
    );
  });
});

describe("trimQuery", () => {
  it("cuts leading PADs, a real token that equals PAD too", () => {
    expect([...trimQuery(Int32Array.of(2, 2, 7, 2, 8), 2)]).toEqual([7, 2, 8]);
    expect([...trimQuery(Int32Array.of(7, 8), 2)]).toEqual([7, 8]);
    expect(() => trimQuery(Int32Array.of(2, 2), 2)).toThrow(ShapeError);
  });
});

describe("responseMask", () => {
  it("starts at the query's last token and has as many ones as the response has tokens", () => {
    const mask = responseMask([Int32Array.of(4, 5, 6), Int32Array.of(4)], [Int32Array.of(7), Int32Array.of(2, 2, 9)], 5);
    expect([...mask]).toEqual([0, 0, 1, 0, 1, 1, 1, 0]);
  });
});

describe("token batches", () => {
  const rows = [Int32Array.of(5, 6, 7), Int32Array.of(8)];

  it("pad on either side", () => {
    expect(rightPad(rows, 2)).toEqual({
      batch: 2,
      seq: 3,
      ids: Int32Array.of(5, 6, 7, 8, 2, 2),
      start: Int32Array.of(0, 0),
      end: Int32Array.of(3, 1),
    });
    expect(leftPad(rows, 2)).toEqual({
      batch: 2,
      seq: 3,
      ids: Int32Array.of(5, 6, 7, 2, 2, 8),
      start: Int32Array.of(0, 2),
      end: Int32Array.of(3, 3),
    });
    expect(() => rightPad([], 2)).toThrow(ShapeError);
  });

  it("give up rows in any order", () => {
    const taken = takeRows(leftPad(rows, 2), Int32Array.of(1, 0, 1));
    expect([...taken.ids]).toEqual([2, 2, 8, 5, 6, 7, 2, 2, 8]);
    expect([...taken.start]).toEqual([2, 0, 2]);
    expect(taken.batch).toBe(3);
  });
});
