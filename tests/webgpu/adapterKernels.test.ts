// The kernels of LoRA and OFT against plain loops in float64; gradients of rotations against central differences.

import { afterAll, beforeAll, describe, test } from "vitest";
import { neumannCoefficients } from "../../src/engine/cayley";
import type { OftParametrisation } from "../../src/engine/engine";
import { LANES } from "../../src/engine/webgpu/kernels/helpers";
import { LORA_TARGETS, loraGradient, loraWeights } from "../../src/engine/webgpu/kernels/lora";
import {
  GRADIENT_SLOTS,
  OFT_TARGETS,
  oftGradient,
  oftRotation,
  oftRotationGradient,
  oftWeights,
  ROTATION_SLOTS,
} from "../../src/engine/webgpu/kernels/oft";
import { expectClose, type KernelLab, noise, openKernelLab } from "./kernelLab";

let lab: KernelLab;
beforeAll(async () => {
  lab = await openKernelLab();
});
afterAll(() => lab.close());

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const sum = (n: number, term: (i: number) => number) => upTo(n).reduce((total, i) => total + term(i), 0);
const at = (array: ArrayLike<number>, index: number) => array[index] as number;

describe("LoRA", () => {
  const rank = 5;
  const rank4 = 2;
  const scale = 1.5;
  /** The second target has many more elements than one workgroup has invocations. */
  const records = [
    { weight4: 3, width4: 2, rows: 7, a4: 1, b4: 1 + rank * 2 },
    { weight4: 20, width4: 5, rows: 21, a4: 40, b4: 40 + rank * 5 },
  ];
  const targets = LORA_TARGETS.pack(records);
  const size = 4 * 130;
  /** B's padding holds 0. */
  const tensors = noise(size, 1);
  for (const { rows, b4 } of records)
    for (let row = 0; row < rows; row++) for (let k = rank; k < 4 * rank4; k++) tensors[4 * (b4 + row * rank4) + k] = 0;
  const [base, dWeights, before] = [noise(size, 2), noise(size, 3), noise(size, 4)];
  const a = ({ a4, width4 }: (typeof records)[number], k: number, column: number) => at(tensors, 4 * (a4 + k * width4) + column);
  const b = ({ b4 }: (typeof records)[number], row: number, k: number) => at(tensors, 4 * (b4 + row * rank4) + k);

  test("W + scale B A in every target, nothing elsewhere", async () => {
    const { weights } = await lab.run(loraWeights, { targets, tensors, base, weights: before }, { rank, rank4, scale }, [LANES, 2]);
    const expected = Float64Array.from(before);
    for (const record of records)
      for (let row = 0; row < record.rows; row++)
        for (let column = 0; column < 4 * record.width4; column++) {
          const place = 4 * (record.weight4 + row * record.width4) + column;
          expected[place] = at(base, place) + scale * sum(rank, (k) => b(record, row, k) * a(record, k, column));
        }
    expectClose(weights, expected, 2e-6);
  });

  test("dA = scale B^T dW and dB = scale dW A^T, over what was there; B's padding gets 0", async () => {
    const buffers = { targets, tensors, dWeights, gradients: before };
    const { gradients } = await lab.run(loraGradient, buffers, { rank, rank4, scale }, [2 * LANES, 2]);
    const expected = Float64Array.from(before);
    for (const record of records) {
      const d = (row: number, column: number) => at(dWeights, 4 * (record.weight4 + row * record.width4) + column);
      const width = 4 * record.width4;
      for (let k = 0; k < rank; k++)
        for (let column = 0; column < width; column++)
          expected[4 * (record.a4 + k * record.width4) + column] = scale * sum(record.rows, (row) => b(record, row, k) * d(row, column));
      for (let row = 0; row < record.rows; row++)
        for (let k = 0; k < 4 * rank4; k++)
          expected[4 * (record.b4 + row * rank4) + k] =
            k < rank ? scale * sum(width, (column) => d(row, column) * a(record, k, column)) : 0;
    }
    expectClose(gradients, expected, 4e-6);
  });
});

type Cayley = OftParametrisation["cayley"];
const KINDS: readonly (readonly [string, Cayley])[] = [
  ...[1, 2, 3, 4, 5, 7].map((terms) => [`${terms} terms`, { kind: "neumann", terms }] as const),
  ["exact", { kind: "exact" }],
];

/** Row-major square matrices. */
type Matrix = Float64Array;
const matrixOf = (b: number, entry: (i: number, j: number) => number): Matrix =>
  Float64Array.from({ length: b * b }, (_, e) => entry(Math.floor(e / b), e % b));
const times = (b: number, x: Matrix, y: Matrix): Matrix => matrixOf(b, (i, j) => sum(b, (k) => at(x, i * b + k) * at(y, k * b + j)));

/** Solves X (I + Q) = I - Q by elimination with pivoting, column by column. */
function exactRotationOf(b: number, q: Matrix): Matrix {
  // X (I + Q) = I - Q is (I + Q)^T X^T = (I - Q)^T.
  const rows = upTo(b).map((i) => [
    ...upTo(b).map((j) => (i === j ? 1 : 0) + at(q, j * b + i)),
    ...upTo(b).map((j) => (i === j ? 1 : 0) - at(q, j * b + i)),
  ]);
  for (let column = 0; column < b; column++) {
    const best = upTo(b)
      .slice(column)
      .reduce((found, i) => (Math.abs(at(rows[i] as number[], column)) > Math.abs(at(rows[found] as number[], column)) ? i : found));
    [rows[column], rows[best]] = [rows[best] as number[], rows[column] as number[]];
    const pivot = rows[column] as number[];
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = at(row, column) / at(pivot, column);
      for (let j = column; j < 2 * b; j++) row[j] = at(row, j) - factor * at(pivot, j);
    }
  }
  return matrixOf(b, (i, j) => at(rows[j] as number[], b + i) / at(rows[j] as number[], j));
}

/** R of one block from its upper triangle, by powers of Q. */
function rotationOf(b: number, upper: Float64Array, cayley: Cayley): Matrix {
  let next = 0;
  const places = new Map<number, number>();
  for (let i = 0; i < b; i++) for (let j = i + 1; j < b; j++) places.set(i * b + j, next++);
  const q = matrixOf(b, (i, j) => {
    if (i === j) return 0;
    return i < j ? at(upper, places.get(i * b + j) as number) : -at(upper, places.get(j * b + i) as number);
  });
  if (cayley.kind === "exact") return exactRotationOf(b, q);
  let power = matrixOf(b, (i, j) => (i === j ? 1 : 0));
  let series = matrixOf(b, () => 0);
  for (const coefficient of neumannCoefficients(cayley.terms)) {
    const [total, factor] = [series, power];
    series = matrixOf(b, (i, j) => at(total, i * b + j) + coefficient * at(factor, i * b + j));
    power = times(b, power, q);
  }
  return series;
}

/** Two targets: seven inputs a head in bundles of eight, and a plain one whose blocks have more elements than a workgroup lanes. */
const FIRST = { weight: 8, stride: 16, rows: 5, inputs: 14, bundle: 7, bundleStride: 8, block: 7, tensor: 4, tensorStride: 24, before: 0 };
const SECOND = {
  weight: 96,
  stride: 20,
  rows: 9,
  inputs: 18,
  bundle: 18,
  bundleStride: 18,
  block: 9,
  tensor: 52,
  tensorStride: 36,
  before: 14 * 7,
};
const RECORDS = [FIRST, SECOND];
const TARGETS = OFT_TARGETS.pack(RECORDS);
const ELEMENTS = 14 * 7 + 18 * 9;
const SIZE = 96 + 9 * 20;
const blocksOf = RECORDS.flatMap((record) => upTo(record.inputs / record.block).map((block) => ({ ...record, index: block })));
const upperOf = ({ block, tensor, tensorStride, index }: (typeof blocksOf)[number], tensors: Float32Array) =>
  Float64Array.from(tensors.subarray(tensor + index * tensorStride, tensor + index * tensorStride + (block * (block - 1)) / 2));
const columnOf = ({ bundle, bundleStride }: typeof FIRST, input: number) => Math.floor(input / bundle) * bundleStride + (input % bundle);
const seriesOf = (cayley: Cayley) => {
  const coefficients = cayley.kind === "neumann" ? neumannCoefficients(cayley.terms) : [];
  return { degree: coefficients.length - 1, last: coefficients.at(-1) ?? 0 };
};
const EVERY_BLOCK = [2 * LANES, 2] as const;

describe.each(KINDS)("OFT, %s", (_, cayley) => {
  const tensors = noise(52 + 2 * 36, 10, 0.3);
  const rotate = (given: Float32Array, targets: Uint32Array, elements: number, blocks: readonly [number, number]) => {
    const buffers = { targets, tensors: given, rotations: noise(ROTATION_SLOTS * elements, 11) };
    return cayley.kind === "exact"
      ? lab.run(oftRotation.exact, buffers, {}, blocks)
      : lab.run(oftRotation.neumann, buffers, seriesOf(cayley), blocks);
  };
  /** [targets' blocks, ROTATION_SLOTS, b, b] in one array: R in every first slot. */
  const rotationAt = ({ before, block, index }: (typeof blocksOf)[number]) => ROTATION_SLOTS * (before + index * block * block);

  test("rotations of every block", async () => {
    const { rotations } = await rotate(tensors, TARGETS, ELEMENTS, EVERY_BLOCK);
    for (const block of blocksOf) {
      const expected = rotationOf(block.block, upperOf(block, tensors), cayley);
      expectClose(rotations.subarray(rotationAt(block), rotationAt(block) + expected.length), expected, 2e-6);
    }
  });

  test("a block of 64", async () => {
    const upper = noise((64 * 63) / 2, 12, 0.1);
    const record = { ...FIRST, inputs: 64, block: 64, tensor: 0, tensorStride: upper.length };
    const { rotations } = await rotate(upper, OFT_TARGETS.pack([record]), 64 * 64, [LANES, 1]);
    expectClose(rotations.subarray(0, 64 * 64), rotationOf(64, Float64Array.from(upper), cayley), 1e-5);
  });

  test("gradients of the upper triangles", async () => {
    const slots = GRADIENT_SLOTS[cayley.kind];
    const scratch = noise(slots * ELEMENTS, 13);
    const gradients = noise(tensors.length, 14);
    const buffers = { targets: TARGETS, scratch, gradients };
    const after =
      cayley.kind === "exact"
        ? await lab.run(
            oftGradient.exact,
            { ...buffers, rotations: (await rotate(tensors, TARGETS, ELEMENTS, EVERY_BLOCK)).rotations },
            {},
            EVERY_BLOCK,
          )
        : await lab.run(oftGradient.neumann, { ...buffers, tensors }, seriesOf(cayley), EVERY_BLOCK);
    const expected = Float64Array.from(gradients);
    for (const block of blocksOf) {
      const upper = upperOf(block, tensors);
      const b = block.block;
      const dR = scratch.subarray(slots * (block.before + block.index * b * b));
      /** Loss with entry k moved. */
      const along = (k: number, change: number) => {
        const moved = rotationOf(b, upper.with(k, at(upper, k) + change), cayley);
        return sum(b * b, (e) => at(dR, e) * at(moved, e));
      };
      for (let k = 0; k < upper.length; k++)
        expected[block.tensor + block.index * block.tensorStride + k] = (along(k, 1e-4) - along(k, -1e-4)) / 2e-4;
    }
    expectClose(after.gradients, expected, 2e-5);
  });
});

describe("OFT, products with weights", () => {
  const [base, dWeights, before] = [noise(SIZE, 20), noise(SIZE, 21), noise(SIZE, 22)];
  const elementAt = (array: Float32Array, record: typeof FIRST, row: number, input: number) =>
    at(array, record.weight + row * record.stride + columnOf(record, input));

  test("W R^T in every block of every target; padding columns and what lies between stay", async () => {
    const rotations = noise(ROTATION_SLOTS * ELEMENTS, 23);
    const { weights } = await lab.run(oftWeights, { targets: TARGETS, rotations, base, weights: before }, {}, [LANES, 2]);
    const expected = Float64Array.from(before);
    for (const block of blocksOf) {
      const b = block.block;
      const home = ROTATION_SLOTS * (block.before + block.index * b * b);
      for (let row = 0; row < block.rows; row++)
        for (let i = 0; i < b; i++) {
          const place = block.weight + row * block.stride + columnOf(block, block.index * b + i);
          expected[place] = sum(b, (j) => elementAt(base, block, row, block.index * b + j) * at(rotations, home + i * b + j));
        }
    }
    expectClose(weights, expected, 2e-6);
  });

  test("dR = dW^T W of every block, in its first slot", async () => {
    const slots = 3;
    const scratch = noise(slots * ELEMENTS, 24);
    const after = await lab.run(oftRotationGradient, { targets: TARGETS, base, dWeights, scratch }, { slots }, [LANES, 2]);
    const expected = Float64Array.from(scratch);
    for (const block of blocksOf) {
      const b = block.block;
      for (let i = 0; i < b; i++)
        for (let j = 0; j < b; j++)
          expected[slots * (block.before + block.index * b * b) + i * b + j] = sum(
            block.rows,
            (row) => elementAt(dWeights, block, row, block.index * b + i) * elementAt(base, block, row, block.index * b + j),
          );
    }
    expectClose(after.scratch, expected, 4e-6);
  });
});
