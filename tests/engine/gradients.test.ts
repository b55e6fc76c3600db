// Gradients of every engine and loss head against the float64 oracle, and against the engine's own loss.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine, TokenBatch } from "../../src/engine/engine";
import { type NamedTensor, parameterSpecs } from "../../src/engine/layout";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import type { LossHead, LossResult } from "../../src/loss/lossHead";
import { oracleEvaluate, oracleLoss } from "../oracle/losses";
import { accumulateOnce, relativeDistance, trainable } from "./driving";
import { ENGINES } from "./engines";
import { lossHeads, MODELS, paddedBatch, ppoHead, randomWeights, toFloat64, WIDE } from "./fixtures";

interface Case {
  readonly config: LlamaConfig;
  readonly weights: ReturnType<typeof randomWeights>;
  readonly batch: TokenBatch;
  readonly oldLogprobs: Float32Array;
}

function makeCase(config: LlamaConfig): Case {
  const weights = randomWeights(config, 11);
  const batch = paddedBatch(config, 12);
  const { distribution } = oracleEvaluate(config, toFloat64(weights), batch);
  const target = (row: number, t: number) => batch.ids[row * batch.seq + t + 1] as number;
  const oldLogprobs = Float32Array.from(distribution.flatMap((rows, row) => rows.map((logprobs, t) => logprobs[target(row, t)] as number)));
  return { config, weights, batch, oldLogprobs };
}

const CASES = Object.entries({ ...MODELS, wide: WIDE }).map(([name, config]) => [name, makeCase(config)] as const);
const [, small] = CASES[0] as (typeof CASES)[number];

function lossOf(result: LossResult): number {
  return result.kind === "ppo" ? result.stats["loss/total"] : result.loss;
}

describe.each(ENGINES)("gradients on %s", (_, create) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await create();
  });
  afterAll(() => engine.dispose());

  describe.each(CASES)("%s", (_, { config, weights, batch, oldLogprobs }) => {
    test.each(Object.entries(lossHeads(batch, oldLogprobs, 13)))("%s equals the oracle", async (_, head: LossHead) => {
      const expected = oracleLoss(config, toFloat64(weights), batch, head);
      const model = await trainable(engine, config, weights);
      const result = await accumulateOnce(model, batch, head);
      const gradients = await model.readGradients();
      model.dispose();
      expect(Math.abs(lossOf(result) - expected.loss)).toBeLessThan(1e-5 * (1 + Math.abs(expected.loss)));
      if (result.kind === "ppo") {
        // Both branches of both clips take part.
        expect(result.stats["policy/clipfrac"]).toBeGreaterThan(0);
        expect(result.stats["policy/clipfrac"]).toBeLessThan(1);
        expect(result.stats["val/clipfrac"]).toBeGreaterThan(0);
        expect(result.stats["val/clipfrac"]).toBeLessThan(1);
      }
      expect([...gradients.keys()].sort()).toEqual(
        parameterSpecs(config)
          .map(({ name }) => name)
          .sort(),
      );
      for (const [name, { data }] of gradients) {
        const reference = expected.gradients.get(name) as Float64Array;
        if (reference.every((g) => g === 0))
          expect(
            data.every((g) => g === 0),
            name,
          ).toBe(true);
        else expect(relativeDistance(data, reference), name).toBeLessThan(1e-5);
      }
    });
  });

  test("gradScale scales, and minibatches add up", async () => {
    const { config, weights, batch, oldLogprobs } = small;
    const { ppo, sft } = lossHeads(batch, oldLogprobs, 13) as { ppo: LossHead; sft: LossHead };
    const model = await trainable(engine, config, weights);
    await model.accumulate(batch, ppo, 0.25);
    await model.accumulate(batch, sft, -2);
    const gradients = await model.readGradients();
    const { losses } = await model.readUpdates();
    expect(losses.map(({ kind }) => kind)).toEqual(["ppo", "sft"]);
    expect((await model.readUpdates()).losses).toEqual([]);
    const a = oracleLoss(config, toFloat64(weights), batch, ppo).gradients;
    const b = oracleLoss(config, toFloat64(weights), batch, sft).gradients;
    for (const [name, { data }] of gradients) {
      const sum = (a.get(name) as Float64Array).map((g, i) => 0.25 * g - 2 * (b.get(name)?.[i] as number));
      expect(relativeDistance(data, sum), name).toBeLessThan(1e-5);
    }
    await model.zeroGradients();
    for (const { data } of (await model.readGradients()).values()) expect(data.every((g) => g === 0)).toBe(true);
    model.dispose();
  });

  test.each(["ppo", "sft", "rewardPair"])("%s: the loss changes along the gradient as fast as the gradient says", async (kind) => {
    const { config, weights, batch, oldLogprobs } = small;
    // No clipping: a finite step must not cross a kink.
    const wideClips = ppoHead(batch, oldLogprobs, 13, { cliprange: 50, cliprangeValue: 50 });
    const head = kind === "ppo" ? wideClips : (lossHeads(batch, oldLogprobs, 13)[kind] as LossHead);
    const model = await trainable(engine, config, weights);
    await model.accumulate(batch, head, 1);
    const gradients = await model.readGradients();
    model.dispose();
    const squares = [...gradients.values()].reduce((sum, { data }) => sum + data.reduce((s, g) => s + g * g, 0), 0);
    const step = 2e-3 / Math.sqrt(squares);
    const lossAt = async (sign: number) => {
      const moved = new Map<string, NamedTensor>();
      for (const [name, { shape, data }] of weights)
        moved.set(name, { shape, data: data.map((x, i) => x + sign * step * (gradients.get(name)?.data[i] as number)) });
      const there = await trainable(engine, config, moved);
      const loss = lossOf(await accumulateOnce(there, batch, head));
      there.dispose();
      return loss;
    };
    const slope = ((await lossAt(1)) - (await lossAt(-1))) / (2 * step);
    expect(Math.abs(slope / squares - 1)).toBeLessThan(1e-2);
  });

  test("ratio guard: loss 0, gradients exactly 0, even when a ratio overflows", async () => {
    const { config, weights, batch, oldLogprobs } = small;
    for (const shift of [3, 200]) {
      const head = ppoHead(
        batch,
        oldLogprobs.map((logprob) => logprob - shift),
        13,
      );
      const model = await trainable(engine, config, weights);
      const result = await accumulateOnce(model, batch, head);
      expect(result).toMatchObject({ kind: "ppo", skipped: true });
      expect(Math.abs(lossOf(result))).toBe(0);
      for (const [name, { data }] of await model.readGradients())
        expect(
          data.every((g) => g === 0),
          name,
        ).toBe(true);
      model.dispose();
    }
  });

  test("allColumns: ratios and log-probabilities everywhere, the same gradients", async () => {
    const { config, weights, batch, oldLogprobs } = small;
    const model = await trainable(engine, config, weights);
    const masked = await accumulateOnce(model, batch, ppoHead(batch, oldLogprobs, 13));
    const expected = await model.readGradients();
    await model.zeroGradients();
    const head = ppoHead(batch, oldLogprobs, 13, { allColumns: true });
    const result = await accumulateOnce(model, batch, head);
    const gradients = await model.readGradients();
    model.dispose();
    if (result.kind !== "ppo" || masked.kind !== "ppo") throw new TypeError("expected PPO results");
    for (const [column, logprob] of oldLogprobs.entries()) {
      expect(Math.abs((result.newLogprobs[column] as number) - logprob)).toBeLessThan(1e-5);
      const ratio = Math.exp(logprob - (head.oldLogprobs[column] as number));
      expect(Math.abs((result.ratio[column] as number) / ratio - 1)).toBeLessThan(1e-4);
      if (head.mask[column] === 0) {
        expect(masked.newLogprobs[column]).toBe(0);
        expect(masked.ratio[column]).toBe(0);
      }
    }
    for (const [name, { data }] of gradients)
      expect(relativeDistance(data, expected.get(name)?.data as Float32Array), name).toBeLessThan(1e-5);
  });
});
