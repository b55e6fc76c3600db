// The matrix products and their epilogues in every tiling, against sums written out.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NONE } from "../../src/engine/webgpu/kernel";
import { LINEAR } from "../../src/engine/webgpu/kernels/linear";
import { SHARED_TILE, SPLIT_COLUMNS4 } from "../../src/engine/webgpu/kernels/matmul";
import { asWords, expectClose, type KernelLab, noise, openKernelLab } from "./kernelLab";

let lab: KernelLab;
beforeAll(async () => {
  lab = await openKernelLab();
});
afterAll(() => lab.close());

/** Rows, real columns, columns with padding, depth: below, across and at the edges of every tile. */
const SHAPES = [
  { rows: 1, columns: 3, stride: 4, depth: 4 },
  { rows: 9, columns: 18, stride: 20, depth: 12 },
  { rows: 64, columns: 64, stride: 64, depth: 16 },
  { rows: 70, columns: 130, stride: 132, depth: 36 },
];

function threads(tiling: string, rows: number, columns4: number): number | readonly [number, number] {
  if (tiling === "register") return [columns4, Math.ceil(rows / 4)];
  if (tiling === "wide") return [Math.ceil(columns4 / 2), Math.ceil(rows / 8)];
  if (tiling === "split") return Math.ceil(columns4 / SPLIT_COLUMNS4) * Math.ceil(rows / 4) * 64;
  return Math.ceil((columns4 * 4) / SHARED_TILE) * Math.ceil(rows / SHARED_TILE) * 256;
}

/** C [rows, columns] = sum over k of a(i, k) b(k, j). */
function product(rows: number, columns: number, depth: number, a: (i: number, k: number) => number, b: (k: number, j: number) => number) {
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += a(i, k) * b(k, j);
    return sum;
  });
}

describe.each(SHAPES)("$rows rows, $columns of $stride columns, depth $depth", ({ rows, columns, stride, depth }) => {
  const columns4 = stride / 4;
  const x = noise(rows * depth, 1);
  // The bias lies behind the weights; both lie behind four floats of something else.
  const block = noise(4 + stride * depth + stride, 2);
  const weight = (j: number, k: number) => block[4 + j * depth + k] as number;
  const bias = (j: number) => block[4 + stride * depth + j] as number;
  const sizes = { rows, columns4, columns, depth, left4: 0, right4: 1, bias4: 1 + (stride * depth) / 4 };
  const xw = product(
    rows,
    stride,
    depth,
    (i, k) => x[i * depth + k] as number,
    (k, j) => weight(j, k),
  ).map((v, at) => {
    const j = at % stride;
    return j < columns ? v + bias(j) : 0;
  });
  const empty = () => new Float32Array(rows * stride).fill(9);

  test.each(["register", "shared"] as const)("y = x W^T + bias, %s", async (tiling) => {
    const { y } = await lab.run(LINEAR.plain[tiling], { left: x, right: block, y: empty() }, sizes, threads(tiling, rows, columns4));
    expectClose(y, xw);
  });

  test.each(["register", "shared"] as const)("without a bias, %s", async (tiling) => {
    const { y } = await lab.run(
      LINEAR.plain[tiling],
      { left: x, right: block, y: empty() },
      { ...sizes, bias4: NONE },
      threads(tiling, rows, columns4),
    );
    expectClose(
      y,
      xw.map((v, at) => (at % stride < columns ? v - bias(at % stride) : 0)),
    );
  });

  test.each(["register", "shared"] as const)("y = chosen rows of the residual + x W^T + bias, %s", async (tiling) => {
    const residual = noise(2 * rows * stride, 3);
    const inputs = Uint32Array.from({ length: rows }, (_, i) => 2 * rows - 1 - i);
    const { y } = await lab.run(
      LINEAR.residual[tiling],
      { left: x, right: block, y: empty(), residual, inputs },
      { ...sizes, residualRows: 0 },
      threads(tiling, rows, columns4),
    );
    expectClose(
      y,
      xw.map((v, at) => v + (residual[(inputs[Math.floor(at / stride)] as number) * stride + (at % stride)] as number)),
    );
  });

  test.each(["register", "shared"] as const)("rotated and stored elsewhere, %s", async (tiling) => {
    const shift = 2;
    const rotary = noise((rows + shift) * 4, 4);
    const info = Array.from({ length: rows }, (_, i) => [rows - 1 - i, (i + 1) % rows, 0, 0]).flat();
    const { y } = await lab.run(
      LINEAR.rotary[tiling],
      { left: x, right: block, y: new Float32Array((rows + shift) * stride), rotary, inputs: Uint32Array.from(info) },
      { ...sizes, rotated4: Math.ceil(columns4 / 2), head4: 1, rowInfo: 0, shift },
      threads(tiling, rows, columns4),
    );
    const expected = new Float64Array((rows + shift) * stride);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < stride; j += 2) {
        const [a, b] = [xw[i * stride + j] as number, xw[i * stride + j + 1] as number];
        const at = (rows - 1 - i + shift) * 4 + (j % 4);
        const turned = j < 4 * Math.ceil(columns4 / 2);
        const [cos, sin] = turned ? [rotary[at] as number, rotary[at + 1] as number] : [1, 0];
        expected.set([a * cos - b * sin, b * cos + a * sin], (((i + 1) % rows) + shift) * stride + j);
      }
    expectClose(y, expected);
  });

  test.each(["register", "wide", "shared"] as const)("dx = dy W, %s", async (tiling) => {
    const { dx } = await lab.run(
      LINEAR.input[tiling],
      { left: x, right: block, dx: new Float32Array(4 + rows * stride) },
      { rows, columns4, depth, left4: 0, right4: 1, dx4: 1 },
      threads(tiling, rows, columns4),
    );
    const expected = product(
      rows,
      stride,
      depth,
      (i, k) => x[i * depth + k] as number,
      (k, j) => block[4 + k * stride + j] as number,
    );
    expectClose(dx.subarray(4), expected);
    expectClose(dx.subarray(0, 4), [0, 0, 0, 0]);
  });

  test.each(["register", "wide", "shared"] as const)("dGateUp from dActivated = dy W, %s", async (tiling) => {
    const gateUp = noise(rows * 2 * stride, 5);
    const { dGateUp } = await lab.run(
      LINEAR.inputSwiglu[tiling],
      { left: x, right: block, gateUp, dGateUp: new Float32Array(rows * 2 * stride) },
      { rows, columns4, depth, left4: 0, right4: 1 },
      threads(tiling, rows, columns4),
    );
    const d = product(
      rows,
      stride,
      depth,
      (i, k) => x[i * depth + k] as number,
      (k, j) => block[4 + k * stride + j] as number,
    );
    const expected = gateUp.map((_, at) => {
      const [i, j] = [Math.floor(at / (2 * stride)), at % (2 * stride)];
      const gate = gateUp[i * 2 * stride + (j % stride)] as number;
      const up = gateUp[i * 2 * stride + stride + (j % stride)] as number;
      const s = 1 / (1 + Math.exp(-gate));
      const dy = d[i * stride + (j % stride)] as number;
      return j < stride ? dy * up * s * (1 + gate * (1 - s)) : dy * gate * s;
    });
    expectClose(dGateUp, expected);
  });

  test.each(["register", "wide", "shared", "split"] as const)("gradients += dy^T x, %s", async (tiling) => {
    // dy has `columns` real columns, x has `depth` columns; the sum runs over the rows.
    const dy = noise(rows * stride, 6);
    const before = noise(4 + stride * depth, 7);
    const { gradients } = await lab.run(
      LINEAR.weight[tiling],
      { left: dy, right: x, gradients: before },
      { rows: columns, columns4: depth / 4, depth: rows, left4: 0, right4: 0, leftWidth4: columns4, gradient4: 1 },
      threads(tiling, columns, depth / 4),
    );
    const sums = product(
      columns,
      depth,
      rows,
      (i, k) => dy[k * stride + i] as number,
      (k, j) => x[k * depth + j] as number,
    );
    expectClose(
      gradients,
      before.map((v, at) => v + (at < 4 ? 0 : (sums[at - 4] ?? 0))),
    );
  });
});

test("SwiGLU on two projections at once, and on stored ones", async () => {
  const { swiglu } = await import("../../src/engine/webgpu/kernels/swiglu");
  const [rows, inner, depth] = [7, 12, 8];
  const x = noise(rows * depth, 8);
  const block = noise(2 * inner * depth + 2 * inner, 9, 0.5);
  const expectedGateUp = product(
    rows,
    2 * inner,
    depth,
    (i, k) => x[i * depth + k] as number,
    (k, j) => block[j * depth + k] as number,
  ).map((v, at) => v + (block[2 * inner * depth + (at % (2 * inner))] as number));
  const expected = Float64Array.from({ length: rows * inner }, (_, at) => {
    const gate = expectedGateUp[Math.floor(at / inner) * 2 * inner + (at % inner)] as number;
    return (gate / (1 + Math.exp(-gate))) * (expectedGateUp[Math.floor(at / inner) * 2 * inner + inner + (at % inner)] as number);
  });
  const { gateUp, activated } = await lab.run(
    LINEAR.swiglu,
    { left: x, right: block, gateUp: new Float32Array(rows * 2 * inner), activated: new Float32Array(rows * inner) },
    { rows, columns4: inner / 4, paired4: inner / 4, depth, left4: 0, right4: 0, bias4: (2 * inner * depth) / 4 },
    [inner / 4, Math.ceil(rows / 4)],
  );
  expectClose(gateUp, expectedGateUp);
  expectClose(activated, expected);
  const alone = await lab.run(
    swiglu,
    { gateUp, activated: new Float32Array(rows * inner) },
    { rows, inner4: inner / 4 },
    (rows * inner) / 4,
  );
  expectClose(alone.activated, expected);
  expect(asWords(alone.activated).length).toBe(rows * inner);
});
