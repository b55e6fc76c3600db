// KL penalties, rewards and GAE: the reference's numbers, a case worked by hand, and what the corrected whitening changes.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KlPenalty } from "../../src/config";
import { ShapeError } from "../../src/errors";
import { maskedMean, maskedVariance } from "../../src/loss/maskedMoments";
import { computeAdvantages } from "../../src/ppo/advantages";
import { fullKl, sampledKl } from "../../src/ppo/klPenalty";
import { computeRewards } from "../../src/ppo/rewards";
import { BATCH, flat, golden, inputs, KL_COEF, largestDifference, VOCAB } from "./goldenUnits";

const { mask, scores, logprobs, refLogprobs, values } = inputs;

function kl(kind: KlPenalty): Float32Array {
  return kind === "full" ? fullKl(inputs.distribution, inputs.refDistribution, VOCAB) : sampledKl(kind, logprobs, refLogprobs);
}

const options = { values, mask, batch: BATCH, gamma: 1, lam: 0.95, baseline: "valueHead" as const };

describe.each(["kl", "abs", "mse", "full"] as const)("klPenalty %s", (kind) => {
  describe.each([false, true])("whitening %s", (whitenRewards) => {
    const expected = golden.rewards_gae[`${kind}|whiten=${whitenRewards ? "True" : "False"}`];
    const { rewards, nonScoreRewards } = computeRewards({ kl: kl(kind), mask, scores, klCoef: KL_COEF });
    const result = computeAdvantages({ ...options, rewards, whitenRewards, noRemaskAfterWhitening: true });

    it("gives the reference's drift and rewards at every column", () => {
      expect(largestDifference(kl(kind), flat(expected.kl))).toBeLessThan(1e-6);
      expect(largestDifference(nonScoreRewards, flat(expected.non_score_reward))).toBeLessThan(1e-6);
      expect(largestDifference(rewards, flat(expected.rewards))).toBeLessThan(1e-6);
    });

    it("gives the reference's values, advantages and returns at every column", () => {
      expect(largestDifference(result.values, flat(expected.values))).toBeLessThan(1e-6);
      expect(largestDifference(result.advantages, flat(expected.advantages))).toBeLessThan(2e-6);
      expect(largestDifference(result.returns, flat(expected.returns))).toBeLessThan(2e-6);
    });
  });
});

describe("by hand", () => {
  // Two rows, three columns, gamma 0.5, lam 0.5 (gamma lam = 0.25); masks [1 1 0], [0 1 1].
  // Row 0: R = 1, 2, V = 4, 6: delta_1 = 2 + 0 - 6 = -4 (V_2 is masked); A_1 = -4
  //                            delta_0 = 1 + 0.5 * 6 - 4 = 0;            A_0 = 0.25 * -4 = -1
  // Row 1: R = 3, 1, V = 2, 0: delta_2 = 1; A_2 = 1; delta_1 = 3 + 0 - 2 = 1; A_1 = 1.25
  // Returns: 3, 2 | 3.25, 1. Mean of A = (-1 - 4 + 1.25 + 1) / 4 = -0.6875;
  // squares: 0.09765625 + 10.97265625 + 3.75390625 + 2.84765625 = 17.671875; unbiased variance 5.890625.
  const given = {
    values: Float32Array.of(4, 6, 9, 9, 2, 0),
    rewards: Float32Array.of(1, 2, 9, 9, 3, 1),
    mask: Float32Array.of(1, 1, 0, 0, 1, 1),
    batch: 2,
    gamma: 0.5,
    lam: 0.5,
    whitenRewards: false,
    noRemaskAfterWhitening: false,
    baseline: "valueHead" as const,
  };
  const { advantages, returns, values: masked } = computeAdvantages(given);
  const at = (array: Float32Array) => [0, 1, 4, 5].map((i) => array[i] as number);

  it("masks values, discounts and whitens", () => {
    expect([...masked]).toEqual([4, 6, 0, 0, 2, 0]);
    expect(at(returns)).toEqual([3, 2, 3.25, 1]);
    const deviation = Math.sqrt(5.890625);
    expect(
      largestDifference(
        at(advantages),
        [-1, -4, 1.25, 1].map((a) => (a + 0.6875) / deviation),
      ),
    ).toBeLessThan(1e-6);
  });

  it("with one response token in the batch advantages are 0, not NaN", () => {
    const single = { ...given, mask: Float32Array.of(0, 1, 0, 0, 0, 0) };
    expect(computeAdvantages(single).advantages[1]).toBe(0);
    expect([...computeAdvantages({ ...single, whitenRewards: true }).advantages].every(Number.isFinite)).toBe(true);
  });
});

describe("whitened rewards", () => {
  const { rewards } = computeRewards({ kl: kl("kl"), mask, scores, klCoef: KL_COEF });
  const corrected = computeAdvantages({ ...options, rewards, whitenRewards: true, noRemaskAfterWhitening: false });

  it("leave nothing in padding columns by default", () => {
    // Row 2 has its single token at column 3; everything behind is padding.
    expect([...corrected.returns.subarray(2 * 7 + 4, 3 * 7)]).toEqual([0, 0, 0]);
  });

  it("leak into short responses only with quirk Q7", () => {
    const leaky = computeAdvantages({ ...options, rewards, whitenRewards: true, noRemaskAfterWhitening: true });
    const lastOfRow0 = 4;
    // Without the leak the last token's return is its own whitened reward.
    const masked = rewards.map((r, i) => r * (mask[i] as number));
    const mean = maskedMean(masked, mask);
    const own = ((rewards[lastOfRow0] as number) - mean) / Math.sqrt(maskedVariance(masked, mask) + 1e-8) + mean;
    expect(corrected.returns[lastOfRow0]).toBeCloseTo(own, 5);
    expect(leaky.returns[lastOfRow0]).toBeCloseTo(1.2948793, 5);
  });
});

describe("properties", () => {
  const rows = fc.array(
    fc.record({
      prompt: fc.integer({ min: 0, max: 3 }),
      response: fc.integer({ min: 1, max: 4 }),
      reward: fc.double({ min: -3, max: 3, noNaN: true }),
    }),
    { minLength: 2, maxLength: 6 },
  );

  it("whitened advantages have masked mean 0 and unbiased variance 1", () => {
    fc.assert(
      fc.property(rows, (specs) => {
        const columns = 8;
        const given = new Float32Array(specs.length * columns);
        const masks = new Float32Array(specs.length * columns);
        specs.forEach(({ prompt, response, reward }, row) => {
          const first = row * columns + prompt;
          masks.fill(1, first, first + response);
          for (let i = first; i < first + response; i++) given[i] = reward + i;
        });
        const { advantages } = computeAdvantages({
          values: new Float32Array(given.length),
          rewards: given,
          mask: masks,
          batch: specs.length,
          gamma: 1,
          lam: 0.95,
          whitenRewards: false,
          noRemaskAfterWhitening: false,
          baseline: "valueHead",
        });
        expect(maskedMean(advantages, masks)).toBeCloseTo(0, 4);
        expect(maskedVariance(advantages, masks)).toBeCloseTo(1, 3);
      }),
    );
  });

  it("full KL is never negative and 0 only for equal policies", () => {
    expect(fullKl(inputs.distribution, inputs.refDistribution, VOCAB).every((k) => k > 0)).toBe(true);
    expect(fullKl(inputs.distribution, inputs.distribution, VOCAB).every((k) => k === 0)).toBe(true);
  });
});

it("a row without response is refused", () => {
  expect(() =>
    computeRewards({ kl: new Float32Array(4), mask: Float32Array.of(1, 0, 0, 0), scores: new Float32Array(2), klCoef: 1 }),
  ).toThrow(ShapeError);
});
