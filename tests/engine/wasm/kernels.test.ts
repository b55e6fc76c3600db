// Single kernels against plain TypeScript at sizes that hit every tile and every remainder.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { zeroCounters } from "../../../src/engine/counters";
import { Heap } from "../../../src/engine/wasm/heap";
import { type Kernels, loadKernels } from "../../../src/engine/wasm/kernelModule";
import { EngineError } from "../../../src/errors";
import { RandomSource } from "../../../src/random";

const heap = new Heap();
const counters = zeroCounters();
let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels(readFileSync(new URL("../../../build/kernels.wasm", import.meta.url)), heap.memory, counters);
});

const source = new RandomSource(5);
const random = (length: number) => Float32Array.from({ length }, () => source.normal());

/** Runs `use` on fresh blocks holding `arrays`, then frees them. */
function withBlocks<T>(arrays: readonly Float32Array[], use: (pointers: number[]) => T): T {
  const pointers = arrays.map((array) => heap.allocate(array.length));
  arrays.forEach((array, i) => heap.floats(pointers[i] as number, array.length).set(array));
  const result = use(pointers);
  for (const pointer of pointers) heap.free(pointer);
  return result;
}

const size = fc.integer({ min: 1, max: 21 });
const columns = fc.integer({ min: 1, max: 11 }).map((n) => 4 * n);

test("matmul: every remainder of rows and columns, plain and transposed A, fresh and accumulated", () => {
  fc.assert(
    fc.property(size, columns, size, fc.boolean(), fc.boolean(), (m, n, k, transposed, accumulate) => {
      const [a, b, c] = [random(m * k), random(k * n), random(m * n)];
      const [aRow, aCol] = transposed ? [1, m] : [k, 1];
      const expected = Array.from(c, (old, at) => {
        let sum = accumulate ? old : 0;
        for (let t = 0; t < k; t++) sum += (a[Math.floor(at / n) * aRow + t * aCol] as number) * (b[t * n + (at % n)] as number);
        return sum;
      });
      const got = withBlocks([a, b, c], ([pa, pb, pc]) => {
        kernels.matmul(pa as number, aRow, aCol, pb as number, n, pc as number, n, m, n, k, accumulate);
        return Array.from(heap.floats(pc as number, m * n));
      });
      got.forEach((x, at) => expect(x).toBeCloseTo(expected[at] as number, 4));
    }),
    { numRuns: 200 },
  );
});

test("transpose fills the padding with zeros", () => {
  const got = withBlocks([Float32Array.of(1, 2, 3, 9, 4, 5, 6, 9), new Float32Array(12).fill(7)], ([from, to]) => {
    kernels.transpose(from as number, 4, to as number, 4, 2, 3);
    return Array.from(heap.floats(to as number, 12));
  });
  expect(got).toEqual([1, 4, 0, 0, 2, 5, 0, 0, 3, 6, 0, 0]);
});

test("softmaxStats and logprobBackward at vocabularies that are no multiple of four", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 19 }), size, fc.nat(), (vocab, rows, pick) => {
      const stride = (vocab + 3) & ~3;
      const logits = random(rows * stride).map((z) => 5 * z);
      const target = pick % vocab;
      const { stats, gradient } = withBlocks(
        [logits, new Float32Array(rows * 3), new Float32Array(rows), new Float32Array(rows).fill(2), new Float32Array(rows)],
        (p) => {
          const [pz, ps, pl, pc, pt] = p as [number, number, number, number, number];
          kernels.softmaxStats(pz, ps, rows, vocab, stride);
          const found = heap.floats(ps, rows * 3).slice();
          for (let r = 0; r < rows; r++) heap.floats(pl, rows)[r] = (found[3 * r] as number) + Math.log(found[3 * r + 1] as number);
          heap.ints(pt, rows).fill(target);
          kernels.logprobBackward(pz, pl, pc, pt, rows, vocab, stride);
          return { stats: found, gradient: heap.floats(pz, rows * stride).slice() };
        },
      );
      for (let r = 0; r < rows; r++) {
        const z = Array.from(logits.subarray(r * stride, r * stride + vocab));
        const largest = Math.max(...z);
        const masses = z.map((x) => Math.exp(x - largest));
        const sum = masses.reduce((total, mass) => total + mass, 0);
        expect(stats[3 * r]).toBe(largest);
        expect((stats[3 * r + 1] as number) / sum).toBeCloseTo(1, 5);
        for (let v = 0; v < stride; v++)
          expect(gradient[r * stride + v]).toBeCloseTo(v >= vocab ? 0 : 2 * ((v === target ? 1 : 0) - (masses[v] as number) / sum), 5);
      }
    }),
    { numRuns: 60 },
  );
});

test("sumOfSquares sums in float64", () => {
  const x = random(4096);
  const expected = x.reduce((sum, v) => sum + v * v, 0);
  expect(withBlocks([x], ([p]) => kernels.sumOfSquares(p as number, x.length))).toBeCloseTo(expected, 9);
});

test("calls are counted, and bytes that are not kernels are refused with what to do", async () => {
  const before = counters.kernelCalls;
  withBlocks([random(4)], ([p]) => kernels.sumOfSquares(p as number, 4));
  expect(counters.kernelCalls).toBe(before + 1);
  await expect(loadKernels(new Uint8Array([1, 2, 3]), heap.memory, zeroCounters())).rejects.toThrow(EngineError);
});
