// Freeze, LoRA and OFT on every engine: effective weights and gradients of theta against the oracle, AdamW on theta alone.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AdamWStep, Engine } from "../../src/engine/engine";
import { parameterSpecs } from "../../src/engine/layout";
import { thetaSpecs } from "../../src/engine/theta";
import { EngineError, ShapeError } from "../../src/errors";
import { oracleEffective, oracleThetaLoss } from "../oracle/adapters";
import { oracleEvaluate } from "../oracle/losses";
import { ADAPTED, adapted, type AdaptedCase, randomTheta } from "./adapterFixtures";
import { accumulateOnce, flatten, relativeDistance } from "./driving";
import { ENGINES } from "./engines";
import { lossHeads, paddedBatch, ppoHead, randomWeights, toFloat64 } from "./fixtures";
import { ReferenceAdamW } from "./referenceAdamW";

const step: AdamWStep = {
  learningRate: 1e-2,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: { decay: 0.1, noDecay: 0.03 },
  maxGradNorm: 0.05,
  stepWhenSkipped: false,
};

function makeCase(adaptedCase: AdaptedCase) {
  const { config, parametrisation } = adaptedCase;
  const base = randomWeights(config, 21);
  const theta = randomTheta(adaptedCase, 25);
  const batch = paddedBatch(config, 23);
  const effective = oracleEffective(config, toFloat64(base), parametrisation, toFloat64(theta));
  const { distribution } = oracleEvaluate(config, effective, batch);
  const target = (row: number, t: number) => batch.ids[row * batch.seq + t + 1] as number;
  const oldLogprobs = Float32Array.from(distribution.flatMap((rows, row) => rows.map((logprobs, t) => logprobs[target(row, t)] as number)));
  return { ...adaptedCase, base, theta, batch, effective, distribution, oldLogprobs };
}

/** One of each kind is held to all three loss heads; the way from dW to theta is the same for each. */
const EVERY_HEAD = ["freeze, the value head alone", "lora, everywhere", "oft in part, exact"];

const CASES = Object.entries(ADAPTED).map(([name, adaptedCase]) => [name, makeCase(adaptedCase)] as const);
const trainedNames = ({ config, parametrisation }: AdaptedCase) => thetaSpecs(config, parametrisation).map(({ name }) => name);

describe.each(ENGINES)("parametrisations on %s", (_, create) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await create();
  });
  afterAll(() => engine.dispose());

  describe.each(CASES)("%s", (caseName, adaptedCase) => {
    const { config, parametrisation, base, theta, batch, effective, distribution, oldLogprobs } = adaptedCase;

    test("effective weights and log-probabilities equal the oracle's", async () => {
      const model = await adapted(engine, adaptedCase, base, theta);
      const parameters = await model.readParameters();
      expect([...parameters.keys()].sort()).toEqual(
        parameterSpecs(config)
          .map(({ name }) => name)
          .sort(),
      );
      for (const [name, { data }] of parameters) {
        const unchanged =
          theta.get(name) ??
          (relativeDistance(effective.get(name) as Float64Array, base.get(name)?.data as Float32Array) === 0 && base.get(name));
        if (unchanged) expect(Array.from(data), name).toEqual(Array.from(unchanged.data));
        else expect(relativeDistance(data, effective.get(name) as Float64Array), name).toBeLessThan(1e-6);
      }
      const width = batch.seq - 1;
      const { logprobs } = await model.evaluate({ batch, columns: new Uint8Array(batch.batch * width).fill(1) });
      model.dispose();
      expect(distribution.flat().length).toBe(logprobs.length);
      for (const [i, x] of oldLogprobs.entries()) expect(Math.abs((logprobs[i] as number) - x), `column ${i}`).toBeLessThan(1e-5);
    });

    test.each(EVERY_HEAD.includes(caseName) ? ["ppo", "sft", "rewardPair"] : ["ppo"])(
      "%s: gradients of theta equal the oracle's",
      async (kind) => {
        const head = lossHeads(batch, oldLogprobs, 24)[kind] as ReturnType<typeof ppoHead>;
        const expected = oracleThetaLoss(config, toFloat64(base), parametrisation, toFloat64(theta), batch, head);
        const model = await adapted(engine, adaptedCase, base, theta);
        await accumulateOnce(model, batch, head);
        const gradients = await model.readGradients();
        model.dispose();
        expect([...gradients.keys()].sort()).toEqual(trainedNames(adaptedCase).sort());
        for (const [name, { shape, data }] of gradients) {
          expect(shape, name).toEqual(theta.get(name)?.shape);
          const reference = expected.gradients.get(name) as Float64Array;
          if (reference.every((g) => g === 0))
            expect(
              data.every((g) => g === 0),
              name,
            ).toBe(true);
          else expect(relativeDistance(data, reference), name).toBeLessThan(1e-5);
        }
      },
    );

    test("AdamW moves theta alone, by groups, and the effective weights follow", async () => {
      const model = await adapted(engine, adaptedCase, base, theta);
      const head = ppoHead(batch, oldLogprobs, 24);
      const reference = new ReferenceAdamW(thetaSpecs(config, parametrisation), toFloat64(theta));
      for (let k = 0; k < 2; k++) {
        await model.accumulate(batch, head, 0.5);
        await model.accumulate(batch, head, 0.5);
        const gradients = toFloat64(await model.readGradients());
        await model.applyAdamW(step);
        const norm = reference.apply(gradients, step);
        expect(norm).toBeGreaterThan(step.maxGradNorm as number);
        const { steps } = await model.readUpdates();
        expect(steps).toMatchObject([{ outcome: "stepped", nonFinite: null }]);
        expect(Math.abs((steps[0]?.gradNorm as number) / norm - 1)).toBeLessThan(1e-5);
      }
      const state = await model.saveState();
      expect([...state.parameters.keys()].sort()).toEqual(trainedNames(adaptedCase).sort());
      expect([...state.secondMoments.keys()].sort()).toEqual(trainedNames(adaptedCase).sort());
      for (const [name, { data }] of reference.values)
        for (const [i, x] of data.entries())
          expect(Math.abs((state.parameters.get(name)?.data[i] as number) - x), `${name} ${i}`).toBeLessThan(2e-6);
      const moved = oracleEffective(config, toFloat64(base), parametrisation, toFloat64(state.parameters));
      for (const [name, { data }] of await model.readParameters()) {
        const kept =
          state.parameters.get(name) ?? (effective.get(name)?.every((x, i) => x === base.get(name)?.data[i]) ? base.get(name) : null);
        if (kept) expect(Array.from(data), name).toEqual(Array.from(kept.data));
        else expect(relativeDistance(data, moved.get(name) as Float64Array), name).toBeLessThan(1e-6);
      }
      expect(flatten(await model.readGradients()).every((g) => g === 0)).toBe(true);
      model.dispose();
    });
  });

  test("parametrisations that do not fit the model are refused", async () => {
    const [, { config, base, theta }] = CASES.find(([name]) => name === "lora, everywhere") as (typeof CASES)[number];
    const made = (trainable: AdaptedCase["parametrisation"], adapter = theta) =>
      engine.createModel({ label: "policy", config, weights: base, trainable, adapter });
    const target = "model.layers.0.mlp.up_proj.weight";
    await expect(made({ kind: "lora", rank: 4, scale: 1, targets: [target] })).rejects.toThrow(ShapeError);
    await expect(made({ kind: "lora", rank: 0, scale: 1, targets: [target] })).rejects.toThrow(ShapeError);
    await expect(made({ kind: "lora", rank: 3, scale: 1, targets: [target, target] })).rejects.toThrow(ShapeError);
    await expect(made({ kind: "lora", rank: 3, scale: 1, targets: ["model.norm.weight"] })).rejects.toThrow(ShapeError);
    await expect(made({ kind: "lora", rank: 3, scale: 1, targets: [target] }, new Map())).rejects.toThrow(ShapeError);
    await expect(made({ kind: "oft", cayley: { kind: "exact" }, targets: [{ name: target, blockSize: 4 }] })).rejects.toThrow(ShapeError);
    await expect(made({ kind: "oft", cayley: { kind: "exact" }, targets: [{ name: target, blockSize: 1 }] })).rejects.toThrow(ShapeError);
    const zeroTerms = { kind: "oft", cayley: { kind: "neumann", terms: 0 }, targets: [{ name: target, blockSize: 5 }] } as const;
    await expect(made(zeroTerms)).rejects.toThrow(ShapeError);
    await expect(made({ kind: "freeze", trained: ["model.layers.2.mlp.up_proj.weight"] })).rejects.toThrow(ShapeError);
  });

  test("full and freeze models take no adapters", async () => {
    const [, { config, base, theta, parametrisation }] = CASES.find(([name]) => name === "lora, everywhere") as (typeof CASES)[number];
    if (parametrisation.kind !== "lora") throw new TypeError("expected a LoRA case");
    for (const trainable of [{ kind: "full" }, { kind: "freeze", trained: [] }] as const) {
      const model = await engine.createModel({ label: "policy", config, weights: base, trainable });
      await expect(model.addAdapter("other", parametrisation, theta)).rejects.toThrow(EngineError);
      await expect(model.setAdapter(null)).rejects.toThrow(EngineError);
      model.dispose();
    }
  });
});
