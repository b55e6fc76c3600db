// The oracle's gradients against central finite differences of its own loss, for every kind of parameter.

import { describe, expect, test } from "vitest";
import type { LossHead } from "../../src/loss/lossHead";
import { lossHeads, MODELS, paddedBatch, randomWeights, toFloat64 } from "../engine/fixtures";
import { oracleEvaluate, oracleLoss } from "./losses";

/** Change of parameters: small enough for the third-order term, large enough for float64. */
const STEP = 1e-5;

function oldLogprobsOf(distribution: number[][][], ids: Int32Array, seq: number): Float32Array {
  return Float32Array.from(
    distribution.flatMap((rows, row) => rows.map((logprobs, t) => logprobs[ids[row * seq + t + 1] as number] as number)),
  );
}

describe.each(Object.entries(MODELS))("oracle, %s", (_, config) => {
  const weights = toFloat64(randomWeights(config, 3));
  const batch = paddedBatch(config, 4, 5);
  const { distribution } = oracleEvaluate(config, weights, batch);
  const heads = Object.entries(lossHeads(batch, oldLogprobsOf(distribution, batch.ids, batch.seq), 5));

  test.each(heads)("%s: gradient of every parameter equals the finite difference", (_, head: LossHead) => {
    const { gradients } = oracleLoss(config, weights, batch, head);
    for (const [name, gradient] of gradients) {
      const norm = Math.hypot(...gradient);
      // Along the gradient itself, the slope is its norm.
      const slope = (direction: Float64Array) => {
        const lossAt = (sign: number) => {
          const moved = new Map(weights);
          moved.set(
            name,
            (weights.get(name) as Float64Array).map((x, i) => x + sign * STEP * (direction[i] as number)),
          );
          return oracleLoss(config, moved, batch, head).loss;
        };
        return (lossAt(1) - lossAt(-1)) / (2 * STEP);
      };
      if (norm === 0) {
        expect(Math.abs(slope(gradient.map(() => 1))), name).toBeLessThan(1e-10);
        continue;
      }
      expect(Math.abs(slope(gradient.map((g) => g / norm)) / norm - 1), name).toBeLessThan(1e-5);
      // Across it, a fixed zigzag finds gradients that point elsewhere.
      const zigzag = gradient.map((_, i) => (i % 2 === 0 ? 1 : -1) / Math.sqrt(gradient.length));
      const expected = gradient.reduce((sum, g, i) => sum + g * (zigzag[i] as number), 0);
      expect(Math.abs(slope(zigzag) - expected) / norm, name).toBeLessThan(1e-5);
    }
  });
});

test("ratio guard: loss and gradients are exactly zero", () => {
  const config = MODELS["odd sizes, grouped queries"] as NonNullable<(typeof MODELS)[string]>;
  const weights = toFloat64(randomWeights(config, 3));
  const batch = paddedBatch(config, 4, 5);
  const head = lossHeads(batch, new Float32Array(16).fill(-30), 5)["ppo"] as LossHead;
  const { loss, gradients } = oracleLoss(config, weights, batch, head);
  expect(loss).toBe(0);
  for (const gradient of gradients.values()) expect(gradient.every((g) => g === 0)).toBe(true);
});
