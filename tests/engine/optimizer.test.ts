// AdamW of every engine against a float64 reference fed with the engine's own gradients, and the flags that hold a step back.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AdamWStep, Engine, EngineModel } from "../../src/engine/engine";
import { type NamedTensor, parameterSpecs } from "../../src/engine/layout";
import { EngineError, ShapeError } from "../../src/errors";
import { flatten, frozen, trainable } from "./driving";
import { ENGINES } from "./engines";
import { paddedBatch, ppoHead, randomWeights, responseMask, TINY, toFloat64 } from "./fixtures";
import { ReferenceAdamW } from "./referenceAdamW";

const batch = paddedBatch(TINY, 31);
const oldLogprobs = new Float32Array(20).fill(-2.5);
const head = ppoHead(batch, oldLogprobs, 32);
const skippedHead = ppoHead(batch, oldLogprobs, 32, { ratioThreshold: 1e-6 });

const step: AdamWStep = {
  learningRate: 1e-2,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: { decay: 0.1, noDecay: 0.03 },
  maxGradNorm: null,
  stepWhenSkipped: false,
};

describe.each(ENGINES)("AdamW on %s", (_, create) => {
  let engine: Engine;
  let model: EngineModel;
  beforeAll(async () => {
    engine = await create();
  });
  afterAll(() => engine.dispose());
  const fresh = async () => {
    model = await trainable(engine, TINY, randomWeights(TINY, 30));
  };

  test.each([
    ["no clipping", null],
    ["clipping that bites", 0.05],
    ["clipping that does not", 1e6],
  ])("three steps equal the reference: %s", async (_, maxGradNorm) => {
    await fresh();
    const reference = new ReferenceAdamW(parameterSpecs(TINY), toFloat64(randomWeights(TINY, 30)));
    for (let k = 0; k < 3; k++) {
      const options = { ...step, maxGradNorm, learningRate: step.learningRate / (k + 1) };
      await model.accumulate(batch, head, 1);
      const gradients = toFloat64(await model.readGradients());
      await model.applyAdamW(options);
      const norm = reference.apply(gradients, options);
      const { losses, steps } = await model.readUpdates();
      expect(losses.length).toBe(1);
      expect(steps.length).toBe(1);
      expect(steps[0]).toMatchObject({ outcome: "stepped", nonFinite: null });
      expect(Math.abs((steps[0]?.gradNorm as number) / norm - 1)).toBeLessThan(1e-5);
      const parameters = await model.readParameters();
      for (const [name, { data }] of reference.values)
        for (const [i, expected] of data.entries())
          expect(Math.abs((parameters.get(name)?.data[i] as number) - expected), `${name} ${i}`).toBeLessThan(2e-6);
      expect(flatten(await model.readGradients()).every((g) => g === 0)).toBe(true);
    }
    expect((await model.saveState()).optimizerSteps).toBe(3);
    model.dispose();
  });

  test("all minibatches skipped: held back, gradients zero, k unchanged", async () => {
    await fresh();
    const before = flatten(await model.readParameters());
    await model.accumulate(batch, skippedHead, 1);
    await model.applyAdamW(step);
    expect((await model.readUpdates()).steps).toEqual([{ gradNorm: 0, outcome: "skipped", nonFinite: null }]);
    expect(flatten(await model.readParameters())).toEqual(before);
    expect((await model.saveState()).optimizerSteps).toBe(0);
    model.dispose();
  });

  test("all skipped but stepWhenSkipped: weight decay moves the weights", async () => {
    await fresh();
    const before = await model.readParameters();
    await model.accumulate(batch, skippedHead, 1);
    await model.applyAdamW({ ...step, stepWhenSkipped: true });
    expect((await model.readUpdates()).steps).toMatchObject([{ gradNorm: 0, outcome: "stepped" }]);
    const after = await model.readParameters();
    for (const { name, decayGroup } of parameterSpecs(TINY))
      for (const [i, x] of (before.get(name) as NamedTensor).data.entries())
        expect(Math.abs((after.get(name)?.data[i] as number) - x * (1 - 1e-2 * step.weightDecay[decayGroup])), name).toBeLessThan(1e-6);
    expect((await model.saveState()).optimizerSteps).toBe(1);
    model.dispose();
  });

  test("one of two skipped: stepped", async () => {
    await fresh();
    await model.accumulate(batch, skippedHead, 1);
    await model.accumulate(batch, head, 1);
    await model.applyAdamW(step);
    expect((await model.readUpdates()).steps).toMatchObject([{ outcome: "stepped" }]);
    model.dispose();
  });

  test.each([
    ["a return", ppoHead(batch, oldLogprobs, 32, { returns: new Float32Array(20).fill(Number.POSITIVE_INFINITY) })],
    ["an advantage", ppoHead(batch, oldLogprobs, 32, { advantages: new Float32Array(20).fill(Number.NaN) })],
  ])("%s that is not finite: nothing changes, the tensor is named, the next step works", async (_, badHead) => {
    await fresh();
    const before = await model.saveState();
    await model.accumulate(batch, badHead, 1);
    await model.accumulate(batch, head, 1);
    await model.applyAdamW(step);
    const { steps } = await model.readUpdates();
    expect(steps).toMatchObject([{ outcome: "nonFinite", nonFinite: expect.stringMatching(/./) }]);
    const after = await model.saveState();
    expect(flatten(after.parameters)).toEqual(flatten(before.parameters));
    expect(flatten(after.firstMoments)).toEqual(flatten(before.firstMoments));
    expect(flatten(after.secondMoments)).toEqual(flatten(before.secondMoments));
    expect(after.optimizerSteps).toBe(0);
    expect(flatten(await model.readGradients()).every((g) => g === 0)).toBe(true);

    await model.accumulate(batch, head, 1);
    await model.applyAdamW(step);
    expect((await model.readUpdates()).steps).toMatchObject([{ outcome: "stepped", nonFinite: null }]);
    expect(flatten(await model.readParameters()).every(Number.isFinite)).toBe(true);
    model.dispose();
  });

  test("heads that do not fit the batch are refused", async () => {
    await fresh();
    const mask = responseMask(batch);
    await expect(model.accumulate(batch, { kind: "sft", mask: mask.slice(1) }, 1)).rejects.toThrow(ShapeError);
    await expect(model.accumulate(batch, { kind: "sft", mask: new Float32Array(20) }, 1)).rejects.toThrow(ShapeError);
    await expect(model.accumulate(batch, { ...head, returns: mask.slice(1) }, 1)).rejects.toThrow(ShapeError);
    const three = { ...batch, batch: 3, ids: batch.ids.slice(0, 18), start: batch.start.slice(0, 3), end: batch.end.slice(0, 3) };
    await expect(model.accumulate(three, { kind: "rewardPair" }, 1)).rejects.toThrow(ShapeError);
    model.dispose();
  });

  test("a frozen model cannot train", async () => {
    const reference = await frozen(engine, TINY, randomWeights(TINY, 30));
    await expect(reference.accumulate(batch, head, 1)).rejects.toThrow(EngineError);
    await expect(reference.applyAdamW(step)).rejects.toThrow(EngineError);
    reference.dispose();
  });
});
