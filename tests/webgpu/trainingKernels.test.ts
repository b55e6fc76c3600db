// Loss heads against the loss functions of the CPU engines; norm, decision and AdamW against plain loops.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NONE } from "../../src/engine/webgpu/kernel";
import {
  ppoLossKernel,
  rewardPairLossKernel,
  sftLossKernel,
  STATUS,
  STATUS_WORDS,
  WATCHED,
} from "../../src/engine/webgpu/kernels/lossHeads";
import { adamW, gradientNorm, NORM_BLOCK, OUTCOMES, stepDecision } from "../../src/engine/webgpu/kernels/optimizer";
import type { PpoLossHead } from "../../src/loss/lossHead";
import { ppoLoss } from "../../src/loss/ppoLoss";
import { rewardPairLoss } from "../../src/loss/rewardPairLoss";
import { sftLoss } from "../../src/loss/sftLoss";
import { asWords, expectClose, type KernelLab, noise, openKernelLab } from "./kernelLab";

let lab: KernelLab;
beforeAll(async () => {
  lab = await openKernelLab();
});
afterAll(() => lab.close());

const COUNT = 150;
const GRAD_SCALE = 0.25;
const logprobs = noise(COUNT, 1, 0.4).map((x) => x - 2);
const values = noise(COUNT, 2);
/** Header, then log-probability, entropy, log-sum-exp and value of every row. */
function journalOf(changes: { logprobs?: Float32Array; values?: Float32Array } = {}): Float32Array {
  const journal = new Float32Array(4 + 4 * COUNT);
  for (let i = 0; i < COUNT; i++)
    journal.set([(changes.logprobs ?? logprobs)[i] as number, 0.5, 0, (changes.values ?? values)[i] as number], 4 + 4 * i);
  return journal;
}
const common = { count: COUNT, at: 4, headerAt: 0, gradScale: GRAD_SCALE };
const status = (words: Partial<Record<keyof typeof STATUS, number>> = {}) => {
  const made = new Uint32Array(STATUS_WORDS);
  for (const [name, value] of Object.entries(words)) made[STATUS[name as keyof typeof STATUS]] = value;
  return made;
};
const statusOf = (words: Float32Array, name: keyof typeof STATUS) => asWords(words)[STATUS[name]];
const wordsOf = (...arrays: readonly Float32Array[]) => {
  const all = new Float32Array(arrays.length * COUNT);
  for (const [i, array] of arrays.entries()) all.set(array, i * COUNT);
  return asWords(all);
};
const even = (array: Float32Array, offset: number) => array.filter((_, i) => i % 2 === offset);

describe("ppo", () => {
  const head: PpoLossHead = {
    kind: "ppo",
    mask: Float32Array.from({ length: COUNT }, (_, i) => (i % 3 === 0 ? 0 : 1)),
    oldLogprobs: noise(COUNT, 3, 0.4).map((x) => x - 2),
    oldValues: noise(COUNT, 4),
    advantages: noise(COUNT, 5),
    returns: noise(COUNT, 6),
    cliprange: 0.2,
    cliprangeValue: 0.3,
    vfCoef: 0.4,
    ratioThreshold: 10,
    allColumns: false,
  };
  const run = (given: PpoLossHead, changes: Parameters<typeof journalOf>[0] = {}, before = status()) =>
    lab.run(
      ppoLossKernel,
      {
        inputs: wordsOf(given.mask, given.oldLogprobs, given.oldValues, given.advantages, given.returns),
        journal: journalOf(changes),
        status: before,
        coefficients: noise(2 * COUNT, 7),
      },
      {
        ...common,
        given: 0,
        masked: given.mask.reduce((sum, m) => sum + m, 0),
        cliprange: given.cliprange,
        cliprangeValue: given.cliprangeValue,
        vfCoef: given.vfCoef,
        ratioThreshold: given.ratioThreshold,
      },
      64,
    );

  test("gradients, loss and mean ratio are those of ppoLoss", async () => {
    const { coefficients, journal, status: after } = await run(head, {}, status({ minibatches: 1 }));
    const { result, dLogprobs, dValues } = ppoLoss(head, { logprobs, values, entropies: new Float32Array(COUNT) });
    expectClose(
      even(coefficients, 0),
      dLogprobs.map((d) => d * GRAD_SCALE),
      1e-6,
    );
    expectClose(
      even(coefficients, 1),
      dValues.map((d) => d * GRAD_SCALE),
      1e-6,
    );
    expectClose(journal.subarray(0, 4), [0, 0, result.meanRatio, result.stats["loss/total"]]);
    expect([statusOf(after, "minibatches"), statusOf(after, "skipped"), statusOf(after, "nonFinite")]).toEqual([2, 0, 0]);
  });

  test("the ratio guard: no gradient, and the minibatch counts as skipped, even when a ratio overflows", async () => {
    for (const changes of [{}, { logprobs: logprobs.with(1, 500) as Float32Array }]) {
      const { coefficients, journal, status: after } = await run({ ...head, ratioThreshold: 0.1 }, changes);
      expect(coefficients.every((c) => c === 0)).toBe(true);
      expect([journal[0], journal[1]]).toEqual([0, 1]);
      expect([statusOf(after, "minibatches"), statusOf(after, "skipped"), statusOf(after, "nonFinite")]).toEqual([1, 1, 0]);
    }
  });

  test.each([
    ["logprobs", head, { logprobs: logprobs.with(4, Number.NaN) }],
    ["values", head, { values: values.with(5, Number.POSITIVE_INFINITY) }],
    ["loss/total", { ...head, returns: head.returns.with(7, Number.NaN) }, {}],
  ] as const)("%s that are not finite: no gradient, a code, and the first code stays", async (name, given, changes) => {
    const code = WATCHED.indexOf(name) + 1;
    const { coefficients, journal, status: after } = await run(given, changes);
    expect(coefficients.every((c) => c === 0)).toBe(true);
    expect(journal[0]).toBe(code);
    expect(statusOf(after, "nonFinite")).toBe(code);
    const later = await run(given, changes, status({ nonFinite: 99 }));
    expect(statusOf(later.status, "nonFinite")).toBe(99);
  });
});

test("sft: gradients and loss are those of sftLoss", async () => {
  const mask = Float32Array.from({ length: COUNT }, (_, i) => (i % 4 === 0 ? 0 : 1));
  const { coefficients, journal } = await lab.run(
    sftLossKernel,
    { inputs: asWords(mask), journal: journalOf(), status: status(), coefficients: noise(2 * COUNT, 8) },
    { ...common, given: 0, masked: mask.reduce((sum, m) => sum + m, 0) },
    64,
  );
  const { result, dLogprobs } = sftLoss({ kind: "sft", mask }, logprobs);
  expectClose(
    even(coefficients, 0),
    dLogprobs.map((d) => d * GRAD_SCALE),
    1e-6,
  );
  expect(even(coefficients, 1).every((c) => c === 0)).toBe(true);
  expectClose(journal.subarray(0, 4), [0, 0, 0, result.loss]);
});

test("rewardPair: gradients and loss are those of rewardPairLoss", async () => {
  const scores = values.map((v, i) => (i < 4 ? v * 60 : v));
  const { coefficients, journal } = await lab.run(
    rewardPairLossKernel,
    { inputs: new Uint32Array(1), journal: journalOf({ values: scores }), status: status(), coefficients: noise(2 * COUNT, 9) },
    { ...common, pairs: COUNT / 2 },
    64,
  );
  const { result, dScores } = rewardPairLoss(scores);
  expectClose(
    even(coefficients, 1),
    dScores.map((d) => d * GRAD_SCALE),
    1e-6,
  );
  expect(even(coefficients, 0).every((c) => c === 0)).toBe(true);
  expectClose(journal.subarray(0, 4), [0, 0, 0, result.loss]);
});

describe("norm and decision", () => {
  const size = 4 * (NORM_BLOCK + 300);
  const gradients = noise(size, 10);
  const blocks = 2;
  const norms = (given: Float32Array) =>
    lab.run(gradientNorm, { gradients: given, norms: new Uint32Array(2 * blocks) }, { blocks, size4: size / 4 }, blocks * 64);
  const decide = async (given: Float32Array, before: Uint32Array, changes: { maxGradNorm?: number; stepWhenSkipped?: number } = {}) => {
    const measured = await norms(given);
    return lab.run(
      stepDecision,
      { norms: asWords(measured.norms), status: before, journal: new Float32Array(8) },
      { blocks, at: 4, confirmed: 3, stepWhenSkipped: 0, maxGradNorm: 1, ...changes },
      64,
    );
  };
  const norm = Math.sqrt(gradients.reduce((sum, g) => sum + g * g, 0));
  const outcome = (words: Float32Array) => OUTCOMES[statusOf(words, "outcome") as number];

  test("a step: norm, clip, step count, flags cleared", async () => {
    const { journal, status: after } = await decide(gradients, status({ minibatches: 2, skipped: 1, steps: 5 }));
    expectClose(journal.subarray(4, 7), [norm, 0, 0]);
    expect(outcome(after)).toBe("stepped");
    expectClose([after[STATUS.clip] as number], [1 / (norm + 1e-6)]);
    expect([statusOf(after, "steps"), statusOf(after, "correction"), statusOf(after, "minibatches"), statusOf(after, "skipped")]).toEqual([
      6, 2, 0, 0,
    ]);
  });

  test.each([
    [{ maxGradNorm: -1 }, 1],
    [{ maxGradNorm: 1e6 }, 1],
  ] as const)("no clipping with %o", async (changes, clip) => {
    expect((await decide(gradients, status({ minibatches: 1 }), changes)).status[STATUS.clip]).toBe(clip);
  });

  test("all skipped: held back, unless it shall step", async () => {
    const before = status({ minibatches: 2, skipped: 2, steps: 5 });
    const held = await decide(gradients, before);
    expect([outcome(held.status), statusOf(held.status, "steps")]).toEqual(["skipped", 5]);
    expect(outcome((await decide(gradients, before, { stepWhenSkipped: 1 })).status)).toBe("stepped");
  });

  test("a flag, or a gradient that is not finite: nothing is stepped, and the place is named", async () => {
    const flagged = await decide(gradients, status({ minibatches: 1, nonFinite: 3 }));
    expect([outcome(flagged.status), flagged.journal[6], asWords(flagged.journal)[7]]).toEqual(["nonFinite", 3, NONE]);
    const at = 4 * NORM_BLOCK + 77;
    for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      const spoiled = gradients.with(at, bad).with(at + 500, bad) as Float32Array;
      const { journal, status: after } = await decide(spoiled, status({ minibatches: 1 }));
      expect([outcome(after), asWords(journal)[7]]).toEqual(["nonFinite", at]);
    }
  });
});

describe("AdamW", () => {
  const size = 40;
  const [theta, gradients, first] = [noise(size, 11), noise(size, 12), noise(size, 13)];
  const second = noise(size, 14).map((v) => v * v);
  const corrections = Float32Array.of(9, 9, 0.01, 1.5);
  const step = { size4: size / 4, noDecay4: 3, keepNoDecay: 1, keepDecay: 0.9, beta1: 0.8, beta2: 0.95, epsilon: 1e-8 };
  const run = (outcomeCode: number) =>
    lab.run(
      adamW,
      {
        inputs: asWords(corrections),
        status: status({ outcome: outcomeCode, correction: 1, clip: asWords(Float32Array.of(0.5))[0] as number }),
        theta,
        gradients,
        first,
        second,
      },
      { ...step, oneMinusBeta1: 0.2, oneMinusBeta2: 0.05, corrections: 0 },
      size / 4,
    );

  test("a step", async () => {
    const after = await run(0);
    const g = gradients.map((v) => v * 0.5);
    const m = first.map((v, i) => 0.8 * v + 0.2 * (g[i] as number));
    const v = second.map((s, i) => 0.95 * s + 0.05 * (g[i] as number) ** 2);
    expectClose(after.first, m, 1e-6);
    expectClose(after.second, v, 1e-6);
    expectClose(
      after.theta,
      theta.map((t, i) => t * (i < 12 ? 1 : 0.9) - (0.01 * (m[i] as number)) / (Math.sqrt(v[i] as number) * 1.5 + 1e-8)),
      1e-6,
    );
    expect(after.gradients.every((x) => x === 0)).toBe(true);
  });

  test.each([1, 2])("outcome %d: parameters and moments stay, gradients go", async (code) => {
    const after = await run(code);
    expect([after.theta, after.first, after.second]).toEqual([theta, first, second]);
    expect(after.gradients.every((x) => x === 0)).toBe(true);
  });
});
