// PPO losses against the reference's numbers, a case worked by hand, and finite differences.

import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors";
import type { PpoLossHead } from "../../src/loss/lossHead";
import { ppoLoss } from "../../src/loss/ppoLoss";
import { RandomSource } from "../../src/random";
import { flat, golden, inputs, largestDifference, VOCAB } from "../ppo/goldenUnits";

const base: PpoLossHead = {
  kind: "ppo",
  mask: inputs.mask,
  oldLogprobs: inputs.logprobs,
  oldValues: flat(golden.rewards_gae["kl|whiten=False"].values),
  advantages: flat(golden.rewards_gae["kl|whiten=False"].advantages),
  returns: flat(golden.rewards_gae["kl|whiten=False"].returns),
  cliprange: 0.2,
  cliprangeValue: 0.2,
  vfCoef: 0.1,
  ratioThreshold: 10,
  allColumns: true,
};

const entropies = Float32Array.from({ length: inputs.mask.length }, (_, column) => {
  let entropy = 0;
  for (let v = column * VOCAB; v < (column + 1) * VOCAB; v++) {
    const logp = inputs.distribution[v] as number;
    entropy -= Math.exp(logp) * logp;
  }
  return entropy;
});
const outputs = { logprobs: flat(golden.loss.new_logprobs), values: flat(golden.loss.vpreds), entropies };

describe("against the reference", () => {
  it("gives every statistic of the golden minibatch", () => {
    const { result } = ppoLoss(base, outputs);
    for (const [key, value] of Object.entries(result.stats))
      expect(value, key).toBeCloseTo(golden.loss.stats[key as keyof typeof result.stats], 6);
    expect(result.stats["loss/policy"]).toBeCloseTo(golden.loss.pg_loss, 6);
    expect(base.vfCoef * result.stats["loss/value"]).toBeCloseTo(golden.loss.scaled_vf_loss, 6);
    expect(largestDifference(result.ratio, flat(golden.loss.stats["policy/ratio"]))).toBeLessThan(1e-6);
    expect(result.skipped).toBe(false);
  });

  it("multiplies losses and gradients by zero when the mean ratio exceeds the threshold", () => {
    const far = outputs.logprobs.map((x) => x + 5);
    const { result, dLogprobs, dValues } = ppoLoss(base, { ...outputs, logprobs: far });
    expect(result.meanRatio).toBeGreaterThan(10);
    expect(result.skipped).toBe(true);
    expect(result.stats["loss/policy"]).toBe(golden.loss_skipped.pg_loss);
    expect(base.vfCoef * result.stats["loss/value"]).toBe(golden.loss_skipped.scaled_vf_loss);
    expect(result.stats["loss/total"]).toBe(golden.loss_skipped.total);
    expect([...dLogprobs, ...dValues].every((d) => d === 0)).toBe(true);
    // Statistics that are no losses stay.
    expect(result.stats["policy/approxkl"]).toBeGreaterThan(10);
  });

  it("skips cleanly when a ratio overflows", () => {
    const { result, dLogprobs } = ppoLoss(base, { ...outputs, logprobs: outputs.logprobs.map((x) => x + 800) });
    expect(result.skipped).toBe(true);
    expect(result.stats["loss/total"]).toBe(0);
    expect(dLogprobs.every((d) => d === 0)).toBe(true);
  });
});

describe("by hand", () => {
  // Two rows, three columns; mask has 4 ones. eps 0.2, c 0.2, vfCoef 0.5.
  //        column:   0          1          2
  // row 0  ratio     1.5        1.0        -        A  2, 1
  // row 1  ratio     -          0.5        2.0      A -3, -1
  // policy: row 0: max(-3, -2.4) = -2.4 clipped; max(-1, -1) = -1
  //         row 1: max(1.5, 2.4) = 2.4 clipped; max(2, 1.2) = 2
  //         mean = (-2.4 - 1 + 2.4 + 2) / 4 = 0.25; clip fraction 2 / 4
  // dPolicy/dlogprob: 0, -A rho / 4 = -0.25, 0, -A rho / 4 = 0.5
  // values V, Vold, G: (1, 0, 2): clip to 0.2: max(1, 3.24) = 3.24 clipped -> 0
  //                    (0.1, 0, 1): in range: 0.81, d = 0.5 (0.1 - 1) / 4 = -0.1125
  //                    (3, 0, 1): clip to 0.2: max(4, 0.64) = 4, d = 0.5 (3 - 1) / 4 = 0.25
  //                    (-1, 0, -1): clip to -0.2: max(0, 0.64) = 0.64 clipped -> 0
  // value = 0.5 (3.24 + 0.81 + 4 + 0.64) / 4 = 1.08625; clip fraction 2 / 4
  const ratios = [1.5, 1, 1, 1, 0.5, 2];
  const head: PpoLossHead = {
    kind: "ppo",
    mask: Float32Array.of(1, 1, 0, 0, 1, 1),
    oldLogprobs: new Float32Array(6),
    oldValues: new Float32Array(6),
    advantages: Float32Array.of(2, 1, 9, 9, -3, -1),
    returns: Float32Array.of(2, 1, 9, 9, 1, -1),
    cliprange: 0.2,
    cliprangeValue: 0.2,
    vfCoef: 0.5,
    ratioThreshold: 10,
    allColumns: false,
  };
  const given = {
    logprobs: Float32Array.from(ratios, (ratio) => Math.log(ratio)),
    values: Float32Array.of(1, 0.1, 7, 7, 3, -1),
    entropies: Float32Array.of(1, 2, 50, 50, 3, 4),
  };
  const { result, dLogprobs, dValues } = ppoLoss(head, given);

  it("clips policy and value", () => {
    expect(result.stats["loss/policy"]).toBeCloseTo(0.25, 6);
    expect(result.stats["policy/clipfrac"]).toBe(0.5);
    expect(result.stats["loss/value"]).toBeCloseTo(1.08625, 6);
    expect(result.stats["val/clipfrac"]).toBe(0.5);
    expect(result.stats["loss/total"]).toBeCloseTo(0.25 + 0.5 * 1.08625, 6);
    expect(result.stats["policy/entropy"]).toBeCloseTo(2.5, 6);
    expect(result.meanRatio).toBeCloseTo(1.25, 6);
  });

  it("sends gradient only through unclipped terms inside the mask", () => {
    expect(largestDifference(dLogprobs, [0, -0.25, 0, 0, 0, 0.5])).toBeLessThan(1e-6);
    expect(largestDifference(dValues, [0, -0.1125, 0, 0, 0.25, 0])).toBeLessThan(1e-6);
    expect(result.ratio[2]).toBe(0);
  });
});

describe("gradients", () => {
  it("equal finite differences of the total loss", () => {
    const random = new RandomSource(5);
    const size = 24;
    const draw = (scale: number) => Float32Array.from({ length: size }, () => scale * random.normal());
    const oldLogprobs = draw(1);
    const oldValues = draw(1);
    const head: PpoLossHead = {
      ...base,
      mask: Float32Array.from({ length: size }, (_, i) => (i % 3 === 0 ? 0 : 1)),
      oldLogprobs,
      oldValues,
      advantages: draw(1),
      returns: draw(1),
      vfCoef: 0.7,
    };
    const logprobs = oldLogprobs.map((x) => x + 0.4 * random.normal());
    const values = oldValues.map((x) => x + 0.4 * random.normal());
    const entropyless = { logprobs, values, entropies: new Float32Array(size) };
    const { dLogprobs, dValues } = ppoLoss(head, entropyless);
    const step = 2 ** -10;
    for (const [name, gradient] of [
      ["logprobs", dLogprobs],
      ["values", dValues],
    ] as const)
      for (let i = 0; i < size; i++) {
        const moved = (by: number) => {
          const array = entropyless[name].slice();
          array[i] = (array[i] as number) + by;
          return { at: array[i] as number, loss: ppoLoss(head, { ...entropyless, [name]: array }).result.stats["loss/total"] };
        };
        const up = moved(step);
        const down = moved(-step);
        expect(gradient[i], `${name}[${i}]`).toBeCloseTo((up.loss - down.loss) / (up.at - down.at), 3);
      }
  });

  it("are NaN, not zero, when an input is NaN, so that the engine notices", () => {
    const logprobs = outputs.logprobs.slice();
    logprobs[2] = Number.NaN;
    const { result, dLogprobs } = ppoLoss(base, { ...outputs, logprobs });
    expect(result.stats["loss/total"]).toBeNaN();
    expect(dLogprobs[2]).toBeNaN();
  });
});

it("refuses arrays of another size", () => {
  expect(() => ppoLoss(base, { ...outputs, values: new Float32Array(3) })).toThrow(ShapeError);
});
