// The oracle's gradients against central finite differences of its own loss, for every kind of parameter and parametrisation.

import { describe, expect, test } from "vitest";
import type { OftParametrisation } from "../../src/engine/engine";
import type { LossHead } from "../../src/loss/lossHead";
import { ADAPTED, type AdaptedCase, randomTheta } from "../engine/adapterFixtures";
import { relativeDistance } from "../engine/driving";
import { lossHeads, MODELS, paddedBatch, ppoHead, randomWeights, toFloat64, WIDE } from "../engine/fixtures";
import { oracleEffective, oracleThetaLoss } from "./adapters";
import type { Weights64 } from "./llama";
import { oracleEvaluate, type OracleLoss, oracleLoss } from "./losses";

/** Change of parameters: small enough for the third-order term, large enough for float64. */
const STEP = 1e-5;

function oldLogprobsOf(distribution: number[][][], ids: Int32Array, seq: number): Float32Array {
  return Float32Array.from(
    distribution.flatMap((rows, row) => rows.map((logprobs, t) => logprobs[ids[row * seq + t + 1] as number] as number)),
  );
}

/** Along each gradient and across it, the loss must change as fast as the gradient says. */
function checkSlopes(parameters: Weights64, { gradients }: OracleLoss, lossOf: (moved: Weights64) => number): void {
  expect([...gradients.keys()]).toEqual([...parameters.keys()]);
  for (const [name, gradient] of gradients) {
    const norm = Math.hypot(...gradient);
    const slope = (direction: Float64Array) => {
      const lossAt = (sign: number) => {
        const moved = new Map(parameters);
        moved.set(
          name,
          (parameters.get(name) as Float64Array).map((x, i) => x + sign * STEP * (direction[i] as number)),
        );
        return lossOf(moved);
      };
      return (lossAt(1) - lossAt(-1)) / (2 * STEP);
    };
    if (norm === 0) {
      expect(Math.abs(slope(gradient.map(() => 1))), name).toBeLessThan(1e-10);
      continue;
    }
    // Along the gradient itself, the slope is its norm.
    expect(Math.abs(slope(gradient.map((g) => g / norm)) / norm - 1), name).toBeLessThan(1e-5);
    // Across it, a fixed zigzag finds gradients that point elsewhere.
    const zigzag = gradient.map((_, i) => (i % 2 === 0 ? 1 : -1) / Math.sqrt(gradient.length));
    const expected = gradient.reduce((sum, g, i) => sum + g * (zigzag[i] as number), 0);
    expect(Math.abs(slope(zigzag) - expected) / norm, name).toBeLessThan(1e-5);
  }
}

describe.each(Object.entries(MODELS))("oracle, %s", (_, config) => {
  const weights = toFloat64(randomWeights(config, 3));
  const batch = paddedBatch(config, 4, 5);
  const { distribution } = oracleEvaluate(config, weights, batch);
  const heads = Object.entries(lossHeads(batch, oldLogprobsOf(distribution, batch.ids, batch.seq), 5));

  test.each(heads)("%s: gradient of every parameter equals the finite difference", (_, head: LossHead) => {
    checkSlopes(weights, oracleLoss(config, weights, batch, head), (moved) => oracleLoss(config, moved, batch, head).loss);
  });
});

const adaptedSmall = Object.entries(ADAPTED).filter(([, { config }]) => config !== WIDE);

test.each(adaptedSmall)("%s: gradient of every tensor of theta equals the finite difference", (_, adaptedCase) => {
  const { config, parametrisation } = adaptedCase;
  const base = toFloat64(randomWeights(config, 3));
  const theta = toFloat64(randomTheta(adaptedCase, 4));
  const batch = paddedBatch(config, 4, 4);
  const { distribution } = oracleEvaluate(config, oracleEffective(config, base, parametrisation, theta), batch);
  const head = ppoHead(batch, oldLogprobsOf(distribution, batch.ids, batch.seq), 5);
  const lossOf = (moved: Weights64) => oracleThetaLoss(config, base, parametrisation, moved, batch, head);
  checkSlopes(theta, lossOf(theta), (moved) => lossOf(moved).loss);
});

test("OFT's exact Cayley transform turns without stretching; Neumann's polynomial comes near its transpose", () => {
  const { config, parametrisation } = ADAPTED["oft in part, exact"] as AdaptedCase;
  const { targets } = parametrisation as OftParametrisation;
  const base = toFloat64(randomWeights(config, 3));
  const turnedBy = (name: string, size: number) => {
    const adaptedCase = ADAPTED[name] as AdaptedCase;
    const theta = new Map(toFloat64(randomTheta(adaptedCase, 4)));
    for (const [key, data] of theta)
      if (key.includes("oft_R"))
        theta.set(
          key,
          data.map((x) => size * x),
        );
    return oracleEffective(config, base, adaptedCase.parametrisation, theta);
  };
  const [exact, series] = [turnedBy("oft in part, exact", 0.2), turnedBy("oft in part, 6 terms", -0.2)];
  for (const { name } of targets) {
    const data = exact.get(name) as Float64Array;
    const before = base.get(name) as Float64Array;
    expect(Math.abs(Math.hypot(...data) / Math.hypot(...before) - 1), name).toBeLessThan(1e-12);
    expect(relativeDistance(data, before), name).toBeGreaterThan(0.05);
    expect(relativeDistance(series.get(name) as Float64Array, data), name).toBeLessThan(2e-3);
  }
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
