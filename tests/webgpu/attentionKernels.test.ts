// Attention and its gradients on the GPU: forward against sums written out, gradients against differences of it.

import { afterAll, beforeAll, describe, test } from "vitest";
import { NONE } from "../../src/engine/webgpu/kernel";
import { attentionKernels } from "../../src/engine/webgpu/kernels/attention";
import { expectClose, type KernelLab, noise, openKernelLab } from "./kernelLab";

let lab: KernelLab;
beforeAll(async () => {
  lab = await openKernelLab();
});
afterAll(() => lab.close());

const [HEADS, KV_HEADS] = [4, 2];
const SCALE = 0.4;
/** Two sequences of stored rows 0..3 and 4..6; row 0 sees no key, row 3 is no key. */
const FIRST = [1, 1, 1, 1, 4, 4, 4];
const END = [1, 2, 3, 3, 5, 6, 7];
/** Queries that were wanted, and for every row the queries that see it. */
const QUERIES = [0, 2, 3, 5, 6];
const RANGES = [
  [0, 0],
  [1, 3],
  [1, 3],
  [0, 0],
  [3, 5],
  [3, 5],
  [4, 5],
];
const ROWS = FIRST.length;
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

/** out [queries, heads * headStride] in float64. */
function attend(qkv: ArrayLike<number>, headStride: number, width: number): Float64Array {
  const out = new Float64Array(QUERIES.length * HEADS * headStride);
  QUERIES.forEach((row, which) => {
    for (let head = 0; head < HEADS; head++) {
      const at = (other: number, part: number, d: number) => qkv[other * width + part * headStride + d] as number;
      const kv = Math.floor(head / (HEADS / KV_HEADS));
      const keys = upTo(ROWS).filter((other) => other >= (FIRST[row] as number) && other < (END[row] as number));
      const masses = keys.map((key) =>
        Math.exp(SCALE * upTo(headStride).reduce((sum, d) => sum + at(row, head, d) * at(key, HEADS + kv, d), 0)),
      );
      const total = masses.reduce((sum, mass) => sum + mass, 0);
      for (let d = 0; d < headStride; d++)
        out[(which * HEADS + head) * headStride + d] = keys.reduce(
          (sum, key, i) => sum + ((masses[i] as number) / total) * at(key, HEADS + KV_HEADS + kv, d),
          0,
        );
    }
  });
  return out;
}

describe.each([4, 12])("heads of %d", (headStride) => {
  const h4 = headStride / 4;
  const kernels = attentionKernels(h4);
  const width = (HEADS + 2 * KV_HEADS) * headStride;
  const qkv = noise(ROWS * width, 1);
  const info = (row: number) => [row, row, FIRST[row] as number, END[row] as number];
  const expected = attend(qkv, headStride, width);

  const forward = () =>
    lab.run(
      kernels.forward,
      {
        qkv,
        inputs: Uint32Array.from(QUERIES.flatMap(info)),
        out: new Float32Array(expected.length).fill(9),
        logSum: new Float32Array(QUERIES.length * HEADS),
      },
      { count: QUERIES.length, heads: HEADS, kvHeads: KV_HEADS, rowInfo: 0, scale: SCALE, shift: 0 },
      QUERIES.length * HEADS,
    );

  test("forward; a query without keys yields zeros", async () => {
    expectClose((await forward()).out, expected);
  });

  test("a shift moves the query's row and the end of its keys", async () => {
    const { out } = await lab.run(
      kernels.forward,
      { qkv, inputs: Uint32Array.of(0, 4, 4, 5), out: new Float32Array(HEADS * headStride), logSum: new Float32Array(HEADS) },
      { count: 1, heads: HEADS, kvHeads: KV_HEADS, rowInfo: 0, scale: SCALE, shift: 2 },
      HEADS,
    );
    expectClose(out, expected.slice(4 * HEADS * headStride));
  });

  test("gradients of queries, keys and values, rotated back", async () => {
    const { out, logSum } = await forward();
    const dOut = noise(out.length, 2);
    const angles = noise((ROWS * headStride) / 2, 3);
    const rotary = Float32Array.from({ length: ROWS * headStride }, (_, i) => {
      const angle = angles[i >> 1] as number;
      return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
    });
    const queryOfRow = upTo(ROWS).map((row) => (QUERIES.includes(row) ? QUERIES.indexOf(row) : NONE));
    const inputs = Uint32Array.from([...upTo(ROWS).flatMap(info), ...queryOfRow, ...RANGES.flat(), ...QUERIES]);
    const sizes = { count: ROWS, heads: HEADS, kvHeads: KV_HEADS, rowInfo: 0, scale: SCALE };
    const first = await lab.run(
      kernels.queryGradient,
      {
        qkv,
        out,
        dOut,
        logSum,
        rotary,
        inputs,
        dQkv: new Float32Array(qkv.length).fill(9),
        along: new Float32Array(QUERIES.length * HEADS),
      },
      { ...sizes, queryOfRow: 4 * ROWS },
      ROWS * HEADS,
    );
    const { dQkv } = await lab.run(
      kernels.keyGradient,
      { qkv, dOut, logSum, along: first.along, rotary, inputs, dQkv: first.dQkv },
      { ...sizes, queryRange: 5 * ROWS, queryRows: 7 * ROWS },
      ROWS * KV_HEADS,
    );

    const loss = (x: Float64Array) => attend(x, headStride, width).reduce((sum, v, i) => sum + (v || 0) * (dOut[i] as number), 0);
    const point = Float64Array.from(qkv);
    const slopes = point.map((v, i) => {
      const step = 1e-5;
      const moved = (to: number) => loss(point.with(i, to));
      return (moved(v + step) - moved(v - step)) / (2 * step);
    });
    const unrotated = slopes.map((v, i) => {
      const [row, column] = [Math.floor(i / width), i % width];
      if (column >= (HEADS + KV_HEADS) * headStride) return v;
      const at = row * headStride + ((column % headStride) & ~1);
      const [cos, sin] = [rotary[at] as number, rotary[at + 1] as number];
      return i % 2 === 0 ? v * cos + (slopes[i + 1] as number) * sin : v * cos - (slopes[i - 1] as number) * sin;
    });
    expectClose(dQkv, unrotated, 5e-5);
  });
});
