// Kernels that work on rows: embedding, RMSNorm, biases, value head and next-token statistics, against plain loops.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NONE } from "../../src/engine/webgpu/kernel";
import { biasGradient } from "../../src/engine/webgpu/kernels/biasGradient";
import { embedding, embeddingGradient } from "../../src/engine/webgpu/kernels/embedding";
import { rmsNorm, rmsNormGainGradient, rmsNormGradient } from "../../src/engine/webgpu/kernels/rmsNorm";
import { logitsGradient, logSoftmax, tokenStatistics } from "../../src/engine/webgpu/kernels/tokenStatistics";
import { topTokens } from "../../src/engine/webgpu/kernels/topTokens";
import { valueHead, valueHeadInputGradient, valueHeadWeightGradient } from "../../src/engine/webgpu/kernels/valueHead";
import { hashKey, pcg, uniformFromHash } from "../../src/random";
import { asWords, expectClose, type KernelLab, noise, openKernelLab } from "./kernelLab";

let lab: KernelLab;
beforeAll(async () => {
  lab = await openKernelLab();
});
afterAll(() => lab.close());

const ROWS = 70;
const WIDTH = 12;
/** Real features; the rest of a row is zero. */
const SIZE = 10;
const EPSILON = 1e-5;
const width4 = WIDTH / 4;
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const sum = (n: number, term: (i: number) => number) => upTo(n).reduce((total, i) => total + term(i), 0);
const paddedRows = (seed: number) => noise(ROWS * WIDTH, seed).map((v, at) => (at % WIDTH < SIZE ? v : 0));
const cell = (array: ArrayLike<number>, row: number, column: number) => array[row * WIDTH + column] as number;

test("embedding and its gradient", async () => {
  const weights = noise(4 + 5 * WIDTH, 1);
  const ids = Uint32Array.of(3, 0, 3, 4, 3);
  const tokens = Uint32Array.of(7, ...ids);
  const sizes = { width4, table4: 1 };
  const { x } = await lab.run(
    embedding,
    { weights, tokens, x: new Float32Array(5 * WIDTH) },
    { ...sizes, rows: 5, firstId: 1 },
    5 * width4,
  );
  expectClose(
    x,
    upTo(5).flatMap((row) => Array.from(weights.subarray(4 + (ids[row] as number) * WIDTH, 4 + ((ids[row] as number) + 1) * WIDTH))),
    0,
  );

  const dx = noise(5 * WIDTH, 2);
  const inputs = Uint32Array.of(0, 3, 4, /* starts */ 0, 1, 4, 5, /* places */ 1, 0, 2, 4, 3);
  const { gradients } = await lab.run(
    embeddingGradient,
    { dx, inputs, gradients: weights },
    { ...sizes, distinct: 3, ids: 0, starts: 3, places: 7 },
    3 * width4,
  );
  const expected = Array.from(weights);
  for (let row = 0; row < 5; row++)
    for (let j = 0; j < WIDTH; j++) {
      const at = 4 + (ids[row] as number) * WIDTH + j;
      expected[at] = (expected[at] as number) + cell(dx, row, j);
    }
  expectClose(gradients, expected);
});

describe("RMSNorm", () => {
  const x = paddedRows(3);
  const weights = noise(4 + WIDTH, 4);
  const gain = (j: number) => weights[4 + j] as number;
  const inverse = Float32Array.from({ length: ROWS }, (_, row) => 1 / Math.sqrt(sum(SIZE, (j) => cell(x, row, j) ** 2) / SIZE + EPSILON));
  const dy = paddedRows(5);
  const incoming = paddedRows(6);
  const own = (row: number, j: number) => {
    const scale = inverse[row] as number;
    const along = sum(SIZE, (k) => cell(dy, row, k) * gain(k) * cell(x, row, k));
    return cell(dy, row, j) * gain(j) * scale - (cell(x, row, j) * along * scale ** 3) / SIZE;
  };

  test("forward", async () => {
    const out = await lab.run(
      rmsNorm,
      { x, weights, y: new Float32Array(ROWS * WIDTH), inverse: new Float32Array(ROWS) },
      { rows: ROWS, width4, size: SIZE, epsilon: EPSILON, gain4: 1 },
      ROWS,
    );
    expectClose(out.inverse, inverse);
    expectClose(
      out.y,
      x.map((v, at) => v * (inverse[Math.floor(at / WIDTH)] as number) * gain(at % WIDTH)),
    );
  });

  const mapped = Uint32Array.from({ length: ROWS }, (_, row) => (row % 3 === 0 ? NONE : ROWS - 1 - row));
  test.each([
    ["no gradient around", 0, NONE, () => NONE],
    ["the same row's around", 1, NONE, (row: number) => row],
    ["mapped rows' around", 1, 0, (row: number) => mapped[row] as number],
  ] as const)("gradient with %s", async (_name, hasIncoming, incomingRows, source) => {
    const { dx } = await lab.run(
      rmsNormGradient,
      { x, weights, inverse, dy, incoming, dx: new Float32Array(ROWS * WIDTH), inputs: mapped },
      { rows: ROWS, width4, size: SIZE, gain4: 1, incomingRows, hasIncoming },
      ROWS,
    );
    const around = (row: number, j: number) => (source(row) === NONE ? 0 : cell(incoming, source(row), j));
    expectClose(
      dx,
      x.map((_v, at) => own(Math.floor(at / WIDTH), at % WIDTH) + around(Math.floor(at / WIDTH), at % WIDTH)),
    );
  });

  test("the gain's gradient", async () => {
    const { gradients } = await lab.run(
      rmsNormGainGradient,
      { x, inverse, dy, gradients: weights },
      { rows: ROWS, width4, gain4: 1 },
      width4 * 64,
    );
    const column = (j: number) => sum(ROWS, (row) => cell(dy, row, j) * cell(x, row, j) * (inverse[row] as number));
    expectClose(
      gradients,
      weights.map((v, at) => (at < 4 ? v : v + column(at - 4))),
    );
  });
});

test("a bias's gradient", async () => {
  const dy = noise(ROWS * WIDTH, 7);
  const before = noise(4 + WIDTH, 8);
  const { gradients } = await lab.run(biasGradient, { dy, gradients: before }, { rows: ROWS, width4, bias4: 1 }, width4 * 64);
  expectClose(
    gradients,
    before.map((v, at) => (at < 4 ? v : v + sum(ROWS, (row) => cell(dy, row, at - 4)))),
  );
});

describe.each([0, 0.3])("value head with dropout %d", (probability) => {
  const x = noise(ROWS * WIDTH, 9);
  const weights = noise(WIDTH + 4, 10);
  const coefficients = noise(2 * ROWS, 11);
  const inputs = Uint32Array.from({ length: ROWS }, (_, row) => hashKey(12, row));
  const mask = (row: number, j: number) =>
    probability === 0 ? 1 : uniformFromHash(pcg(((inputs[row] as number) ^ j) | 0)) >= probability ? 1 / (1 - probability) : 0;
  const dropout = {
    prefixes: probability === 0 ? NONE : 0,
    threshold: Math.max(0, Math.ceil(probability * 2 ** 23 - 0.5)),
    keepScale: 1 / (1 - probability),
  };
  const sizes = { rows: ROWS, width4, weight4: 0, ...dropout };
  const slope = (row: number) => coefficients[2 * row + 1] as number;

  test("forward", async () => {
    const { statistics } = await lab.run(
      valueHead,
      { x, weights, inputs, statistics: new Float32Array(4 + 4 * ROWS) },
      { ...sizes, bias4: width4, at: 4 },
      ROWS,
    );
    const value = (row: number) => sum(WIDTH, (j) => cell(x, row, j) * mask(row, j) * (weights[j] as number)) + (weights[WIDTH] as number);
    expectClose(statistics, [0, 0, 0, 0, ...upTo(ROWS).flatMap((row) => [0, 0, 0, value(row)])]);
  });

  test.each([0, 1])("gradient of its input, accumulate %d", async (accumulate) => {
    const before = noise(ROWS * WIDTH, 13);
    const { dx } = await lab.run(
      valueHeadInputGradient,
      { weights, coefficients, inputs, dx: before },
      { ...sizes, accumulate },
      ROWS * width4,
    );
    const share = (row: number, j: number) => slope(row) * (weights[j] as number) * mask(row, j);
    expectClose(
      dx,
      before.map((v, at) => accumulate * v + share(Math.floor(at / WIDTH), at % WIDTH)),
    );
  });

  test("gradient of its weight and bias", async () => {
    const { gradients } = await lab.run(
      valueHeadWeightGradient,
      { x, coefficients, inputs, gradients: weights },
      { ...sizes, bias4: width4 },
      width4 * 64,
    );
    const expected = Array.from(weights);
    for (let j = 0; j < WIDTH; j++) expected[j] = (expected[j] as number) + sum(ROWS, (row) => slope(row) * cell(x, row, j) * mask(row, j));
    expected[WIDTH] = (expected[WIDTH] as number) + sum(ROWS, slope);
    expectClose(gradients, expected);
  });
});

describe.each(["together", "alone"] as const)("rows of logits, %s", (sharing) => {
  const [rows, vocab, stride] = [5, 67, 68];
  const threads = sharing === "together" ? rows * 64 : rows;
  // The last row is as sure as a row can be; the fourth has equal logits.
  const logits = noise(rows * stride, 14, 3).map((v, at) => {
    if (at >= 4 * stride) return at === 4 * stride + 6 ? 40 : v / 3;
    return at >= 3 * stride ? 1.5 : v;
  });
  const inputs = Uint32Array.of(66, 0, 13, 64, 6);
  const row = (i: number) => Array.from(logits.subarray(i * stride, i * stride + vocab));
  const logSum = (i: number) => {
    const largest = Math.max(...row(i));
    return largest + Math.log(sum(vocab, (v) => Math.exp((row(i)[v] as number) - largest)));
  };
  const logprobs = (i: number) => row(i).map((z) => z - logSum(i));
  const expected = upTo(rows).flatMap((i) => {
    const all = logprobs(i);
    return [all[inputs[i] as number] as number, -sum(vocab, (v) => Math.exp(all[v] as number) * (all[v] as number)), logSum(i), 0];
  });
  const measure = (given: Float32Array) =>
    lab.run(
      tokenStatistics[sharing],
      { logits: given, inputs, statistics: new Float32Array(4 * rows) },
      { rows, vocab, stride, targets: 0, at: 0 },
      threads,
    );

  test("log-probability, entropy and log-sum-exp", async () => {
    expectClose((await measure(logits)).statistics, expected, 2e-6);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("a logit of %d is not overlooked", async (bad) => {
    const spoiled = logits.slice();
    spoiled[stride + 40] = bad;
    const { statistics } = await measure(spoiled);
    expect(upTo(rows).map((i) => Number.isFinite(statistics[4 * i]))).toEqual([true, false, true, true, true]);
  });

  test("most probable tokens, ties by smaller id", async () => {
    const k = 4;
    const { found } = await lab.run(
      topTokens[sharing],
      { logits, statistics: Float32Array.from(expected), found: new Uint32Array(2 + 2 * rows * k) },
      { rows, vocab, stride, at: 0, foundAt: 2, k },
      threads,
    );
    const best = upTo(rows).map((i) => {
      const all = logprobs(i);
      return upTo(vocab)
        .toSorted((a, b) => (all[b] as number) - (all[a] as number) || a - b)
        .slice(0, k);
    });
    const pairs = upTo(rows * k).map((i) => 2 + 2 * i);
    expect(pairs.map((at) => asWords(found)[at])).toEqual(best.flat());
    expectClose(
      pairs.map((at) => found[at + 1] as number),
      best.flatMap((ids, i) => ids.map((id) => logprobs(i)[id] as number)),
    );
  });

  test.runIf(sharing === "alone")("gradient, and log softmax, in place", async () => {
    const statistics = Float32Array.from(expected);
    const coefficients = Float32Array.of(0, 0, 0.5, 0, -2, 0, 0, 0, 1, 0, 3, 0);
    const { logits: slopes } = await lab.run(
      logitsGradient,
      { inputs, statistics, coefficients, logits },
      { rows, vocab, stride4: stride / 4, targets: 0, at: 0, firstRow: 1 },
      rows * (stride / 4),
    );
    const slope = (i: number, v: number) =>
      v < vocab ? (coefficients[2 * (i + 1)] as number) * ((v === inputs[i] ? 1 : 0) - Math.exp(logprobs(i)[v] as number)) : 0;
    expectClose(
      slopes,
      logits.map((_, at) => slope(Math.floor(at / stride), at % stride)),
    );

    const normed = await lab.run(logSoftmax, { statistics, logits }, { rows, stride, at: 0 }, rows * stride);
    expectClose(
      normed.logits,
      logits.map((z, at) => z - logSum(Math.floor(at / stride))),
    );
  });
});
