// Adapters and value heads that are swapped, saved, restored and thrown away: what must stay the same bits, and what is refused.

import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine, EngineModel, LoraParametrisation, OftParametrisation, ValueHead } from "../../src/engine/engine";
import { layerName, type NamedTensors, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "../../src/engine/layout";
import { EngineError, ShapeError } from "../../src/errors";
import type { LossHead } from "../../src/loss/lossHead";
import { oracleEffective } from "../oracle/adapters";
import { oracleEvaluate } from "../oracle/losses";
import { adapted, allLinear, randomTheta } from "./adapterFixtures";
import { ADAMW, flatten, frozen, GENERATION, generateRows, relativeDistance, trainable } from "./driving";
import { ENGINES } from "./engines";
import { paddedBatch, ppoHead, randomWeights, responseMask, TINY, toFloat64 } from "./fixtures";

const LORA: LoraParametrisation = { kind: "lora", rank: 3, scale: 2, targets: allLinear(TINY) };
const OFT: OftParametrisation = {
  kind: "oft",
  cayley: { kind: "neumann", terms: 5 },
  targets: [
    { name: layerName(0, "self_attn.q_proj.weight"), blockSize: 8 },
    { name: layerName(0, "mlp.down_proj.weight"), blockSize: 3 },
  ],
};
const POLICIES = [
  ["lora", LORA],
  ["oft", OFT],
] as const;

const base = randomWeights(TINY, 40);
const batch = paddedBatch(TINY, 41);
const columns = new Uint8Array(20).fill(1);
const ppo = ppoHead(batch, new Float32Array(20).fill(-2.5), 42, { valueDropout: { probability: 0.1, key: 5 } });
const sft: LossHead = { kind: "sft", mask: responseMask(batch) };
const rewardHead: ValueHead = { weight: Float32Array.from({ length: TINY.hiddenSize }, (_, i) => 0.1 * (i % 5) - 0.2), bias: 0.25 };

/** Theta's adapter tensors and head; `seed` tells one adapter from another. */
const thetaOf = (parametrisation: LoraParametrisation | OftParametrisation, seed: number): NamedTensors =>
  randomTheta({ config: TINY, parametrisation }, seed);
const policyOf = (engine: Engine, parametrisation: LoraParametrisation | OftParametrisation): Promise<EngineModel> =>
  adapted(engine, { config: TINY, parametrisation }, base, thetaOf(parametrisation, 43));

/** The other kind of adapter as reward model, with its head. */
async function addReward(model: EngineModel, policy: LoraParametrisation | OftParametrisation): Promise<void> {
  const reward = policy.kind === "lora" ? OFT : LORA;
  await model.addAdapter("reward", reward, thetaOf(reward, 44));
  await model.createHeadBuffer("reward", rewardHead);
  await model.createHeadBuffer("default", null);
}

/** Scores with the reward adapter and its head, then puts the policy's back (fact sheet 4.2). */
async function score(model: EngineModel): Promise<Float32Array> {
  await model.setAdapter("reward");
  await model.storeHead("default");
  await model.loadHead("reward");
  const scores = await model.scoreLastToken(batch);
  await model.setAdapter("default");
  await model.loadHead("default");
  return scores;
}

/** Two optimizer steps of two minibatches each, with `between` between any two calls. */
async function train(model: EngineModel, between: () => Promise<unknown> = async () => {}): Promise<void> {
  for (let k = 0; k < 2; k++) {
    await model.accumulate(batch, ppo, 0.5);
    await between();
    await model.accumulate(batch, sft, 0.5);
    await between();
    await model.applyAdamW(ADAMW);
    await between();
  }
}

async function stateOf(model: EngineModel) {
  const { parameters, firstMoments, secondMoments, optimizerSteps } = await model.saveState();
  const gradients = flatten(await model.readGradients());
  return {
    parameters: flatten(parameters),
    first: flatten(firstMoments),
    second: flatten(secondMoments),
    optimizerSteps,
    gradients,
    effective: flatten(await model.readParameters()),
  };
}

describe.each(ENGINES)("adapters on %s", (name, create) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await create();
  });
  afterAll(() => engine.dispose());

  const tensorsHeld = () => (name.startsWith("tfjs") ? tf.memory().numTensors : 0);

  describe.each(POLICIES)("policy %s", (_, parametrisation) => {
    test("without an adapter in force it is the base, bit for bit, and back again it is itself", async () => {
      const model = await policyOf(engine, parametrisation);
      const withHead = new Map(base);
      const theta = thetaOf(parametrisation, 43);
      for (const head of [VALUE_HEAD_WEIGHT, VALUE_HEAD_BIAS])
        withHead.set(head, theta.get(head) as NonNullable<ReturnType<typeof theta.get>>);
      const reference = await frozen(engine, TINY, withHead);
      const request = { batch, columns, distribution: true };
      const before = await model.evaluate(request);
      await model.setAdapter(null);
      const plain = await model.evaluate(request);
      expect(plain).toEqual(await reference.evaluate(request));
      expect(plain.logprobs).not.toEqual(before.logprobs);
      expect(flatten(await model.readParameters())).toEqual(flatten(await reference.readParameters()));
      expect(await generateRows(model, GENERATION)).toEqual(await generateRows(reference, GENERATION));
      await model.setAdapter("default");
      expect(await model.evaluate(request)).toEqual(before);
      model.dispose();
      reference.dispose();
    });

    test("an adapter that begins at the identity begins at the base, bit for bit", async () => {
      const theta = new Map(
        [...thetaOf(parametrisation, 43)].map(([key, { shape, data }]) => [
          key,
          { shape, data: /lora_B|oft_R/.test(key) ? data.map(() => 0) : data },
        ]),
      );
      const model = await adapted(engine, { config: TINY, parametrisation }, base, theta);
      const { logprobs } = await model.evaluate({ batch, columns });
      await model.setAdapter(null);
      expect((await model.evaluate({ batch, columns })).logprobs).toEqual(logprobs);
      model.dispose();
    });

    test("a reward adapter with its head scores like the model it is", async () => {
      const model = await policyOf(engine, parametrisation);
      await addReward(model, parametrisation);
      const before = await model.evaluate({ batch, columns });
      const scores = await score(model);
      expect(await score(model)).toEqual(scores);
      expect(await model.evaluate({ batch, columns })).toEqual(before);
      model.dispose();

      const reward = parametrisation.kind === "lora" ? OFT : LORA;
      const theta = new Map(toFloat64(thetaOf(reward, 44)));
      theta.set(VALUE_HEAD_WEIGHT, Float64Array.from(rewardHead.weight));
      theta.set(VALUE_HEAD_BIAS, Float64Array.of(rewardHead.bias));
      const { lastTokenValues } = oracleEvaluate(TINY, oracleEffective(TINY, toFloat64(base), reward, theta), batch);
      for (const [row, value] of lastTokenValues.entries()) expect(Math.abs((scores[row] as number) - value)).toBeLessThan(1e-5);
    });

    test("swapping adapter and head between any two calls changes no bit of training", async () => {
      const undisturbed = await policyOf(engine, parametrisation);
      const swapped = await policyOf(engine, parametrisation);
      await addReward(swapped, parametrisation);
      const between = async () => {
        await score(swapped);
        await swapped.setAdapter(null);
        await swapped.evaluate({ batch, columns });
        await swapped.setAdapter("default");
      };
      await train(undisturbed);
      await train(swapped, between);
      await undisturbed.accumulate(batch, ppo, 1);
      await swapped.accumulate(batch, ppo, 1);
      await between();
      expect(await stateOf(swapped)).toEqual(await stateOf(undisturbed));
      expect(await swapped.readUpdates()).toEqual(await undisturbed.readUpdates());
      undisturbed.dispose();
      swapped.dispose();
    });

    test("training needs the trained adapter in force, whose theta can be read and written meanwhile", async () => {
      const model = await policyOf(engine, parametrisation);
      await addReward(model, parametrisation);
      await train(model);
      const saved = await model.saveState();
      await train(model);
      const expected = await stateOf(model);
      for (const other of ["reward", null]) {
        await model.setAdapter(other);
        await expect(model.accumulate(batch, ppo, 1)).rejects.toThrow(EngineError);
        await expect(model.applyAdamW(ADAMW)).rejects.toThrow(EngineError);
        expect(flatten((await model.saveState()).parameters)).toEqual(expected.parameters);
        const { logprobs } = await model.evaluate({ batch, columns });
        await model.restoreState(saved);
        expect((await model.evaluate({ batch, columns })).logprobs).toEqual(logprobs);
        await model.setAdapter("default");
        await train(model);
        expect(await stateOf(model)).toEqual(expected);
      }
      model.dispose();
    });

    test("a restored state continues bit for bit, in a new model too", async () => {
      const model = await policyOf(engine, parametrisation);
      await train(model);
      const saved = await model.saveState();
      await train(model);
      const expected = await stateOf(model);
      await model.accumulate(batch, sft, 1);
      await model.restoreState(saved);
      await train(model);
      expect(await stateOf(model)).toEqual(expected);
      const other = await adapted(engine, { config: TINY, parametrisation }, base, thetaOf(parametrisation, 99));
      await other.restoreState(saved);
      await train(other);
      expect(await stateOf(other)).toEqual(expected);
      const short = new Map([...saved.firstMoments].filter(([key]) => key !== VALUE_HEAD_BIAS));
      await expect(model.restoreState({ ...saved, firstMoments: short })).rejects.toThrow(ShapeError);
      model.dispose();
      other.dispose();
    });

    test("a gradient that is not finite changes nothing", async () => {
      const model = await policyOf(engine, parametrisation);
      await train(model);
      await model.readUpdates();
      const before = await stateOf(model);
      await model.accumulate(batch, { ...ppo, returns: ppo.returns.map(() => Number.POSITIVE_INFINITY) }, 1);
      await model.applyAdamW(ADAMW);
      expect((await model.readUpdates()).steps).toMatchObject([{ outcome: "nonFinite", nonFinite: expect.stringMatching(/./) }]);
      expect(await stateOf(model)).toEqual(before);
      model.dispose();
    });

    test("the same calls give the same bits, and many of them hold no more memory than the first", async () => {
      const run = async (model: EngineModel) => {
        await train(model);
        const scores = await score(model);
        await model.setAdapter(null);
        await model.evaluate({ batch, columns });
        await model.setAdapter("default");
        const rows = await generateRows(model, GENERATION);
        await model.readGradients();
        await model.restoreState(await model.saveState());
        return { rows, scores, updates: await model.readUpdates(), parameters: flatten(await model.readParameters()) };
      };
      const warm = await policyOf(engine, parametrisation);
      await addReward(warm, parametrisation);
      const first = await run(warm);
      warm.dispose();
      const before = [engine.memoryInUse(), tensorsHeld()];
      const model = await policyOf(engine, parametrisation);
      await addReward(model, parametrisation);
      expect(await run(model)).toEqual(first);
      const bytes = engine.memoryInUse();
      const tensors = tensorsHeld();
      for (let i = 0; i < 10; i++) await run(model);
      expect([engine.memoryInUse(), tensorsHeld()]).toEqual([bytes, tensors]);
      await model.accumulate(batch, ppo, 1);
      model.dispose();
      expect([engine.memoryInUse(), tensorsHeld()]).toEqual(before);
    });

    test("what goes in is a copy", async () => {
      const reward = thetaOf(parametrisation, 44);
      const head = { weight: rewardHead.weight.slice(), bias: 1 };
      const model = await policyOf(engine, parametrisation);
      await model.addAdapter("reward", parametrisation, reward);
      await model.createHeadBuffer("reward", head);
      for (const { data } of reward.values()) data.fill(9);
      head.weight.fill(9);
      await model.setAdapter("reward");
      await model.loadHead("reward");
      const effective = oracleEffective(TINY, toFloat64(base), parametrisation, toFloat64(thetaOf(parametrisation, 44)));
      const parameters = await model.readParameters();
      for (const target of allLinear(TINY))
        expect(relativeDistance(parameters.get(target)?.data as Float32Array, effective.get(target) as Float64Array)).toBeLessThan(1e-6);
      expect(parameters.get(VALUE_HEAD_WEIGHT)?.data).toEqual(rewardHead.weight);
      expect(parameters.get(VALUE_HEAD_BIAS)?.data).toEqual(Float32Array.of(1));
      model.dispose();
    });

    test("an estimate of its memory lies between a frozen model's and a fully trained one's", () => {
      const request = { config: { ...TINY, hiddenSize: 96, intermediateSize: 192 }, batch: 4, seq: 8 };
      const kept = { ...parametrisation, targets: [] };
      const bytes = engine.estimateMemory({ ...request, trainable: kept });
      expect(bytes).toBeGreaterThan(engine.estimateMemory({ ...request, trainable: null }));
      expect(bytes).toBeLessThan(engine.estimateMemory({ ...request, trainable: { kind: "full" } }));
      const most = { kind: "lora", rank: 4, scale: 1, targets: allLinear(TINY) } as const;
      expect(engine.estimateMemory({ ...request, trainable: most })).toBeGreaterThan(bytes);
    });
  });

  test("a frozen model takes adapters and heads too", async () => {
    const model = await frozen(engine, TINY, base);
    const plain = await model.evaluate({ batch, columns });
    await model.addAdapter("default", LORA, thetaOf(LORA, 45));
    await model.addAdapter("turned", OFT, thetaOf(OFT, 46));
    for (const [adapter, parametrisation, seed] of [
      ["turned", OFT, 46],
      ["default", LORA, 45],
    ] as const) {
      await model.setAdapter(adapter);
      const theta = new Map([...toFloat64(thetaOf(parametrisation, seed))].filter(([key]) => !key.startsWith("v_head")));
      const effective = oracleEffective(TINY, toFloat64(base), parametrisation, theta);
      const { values, distribution } = oracleEvaluate(TINY, effective, batch);
      const result = await model.evaluate({ batch, columns });
      for (const [column, logprob] of result.logprobs.entries()) {
        const [row, t] = [Math.floor(column / 5), column % 5];
        expect(Math.abs(logprob - (distribution[row]?.[t]?.[batch.ids[row * 6 + t + 1] as number] as number))).toBeLessThan(1e-5);
        expect(Math.abs((result.values[column] as number) - (values[row]?.[t] as number))).toBeLessThan(1e-5);
      }
    }
    await model.setAdapter(null);
    expect(await model.evaluate({ batch, columns })).toEqual(plain);
    await expect(model.accumulate(batch, ppo, 1)).rejects.toThrow(EngineError);
    model.dispose();
  });

  test.each(["trained in full", "frozen"])("a value head is stored and swapped: %s", async (kind) => {
    const model = await (kind === "frozen" ? frozen : trainable)(engine, TINY, base);
    const before = await model.evaluate({ batch, columns });
    await model.createHeadBuffer("own", null);
    await model.createHeadBuffer("zero", null);
    await model.createHeadBuffer("reward", rewardHead);
    await model.storeHead("own");
    await model.loadHead("zero");
    expect(await model.scoreLastToken(batch)).toEqual(new Float32Array(4));
    await model.loadHead("reward");
    const parameters = await model.readParameters();
    expect(parameters.get(VALUE_HEAD_WEIGHT)?.data).toEqual(rewardHead.weight);
    expect(parameters.get(VALUE_HEAD_BIAS)?.data).toEqual(Float32Array.of(rewardHead.bias));
    await model.loadHead("own");
    expect(await model.evaluate({ batch, columns })).toEqual(before);
    expect(flatten(await model.readParameters())).toEqual(flatten(base));
    model.dispose();
  });

  test("wrong names and sizes are refused and change nothing", async () => {
    const model = await policyOf(engine, LORA);
    const before = await model.evaluate({ batch, columns });
    await expect(model.setAdapter("reward")).rejects.toThrow(EngineError);
    await expect(model.addAdapter("default", LORA, thetaOf(LORA, 44))).rejects.toThrow(EngineError);
    await expect(model.addAdapter("reward", { ...LORA, rank: 2 }, thetaOf(LORA, 44))).rejects.toThrow(ShapeError);
    await expect(model.addAdapter("reward", LORA, new Map())).rejects.toThrow(ShapeError);
    await model.addAdapter("reward", LORA, thetaOf(LORA, 44));
    await expect(model.addAdapter("reward", LORA, thetaOf(LORA, 44))).rejects.toThrow(EngineError);
    await expect(model.storeHead("own")).rejects.toThrow(EngineError);
    await expect(model.loadHead("own")).rejects.toThrow(EngineError);
    await expect(model.createHeadBuffer("own", { weight: new Float32Array(8), bias: 0 })).rejects.toThrow(ShapeError);
    await model.createHeadBuffer("own", null);
    await expect(model.createHeadBuffer("own", null)).rejects.toThrow(EngineError);
    expect(await model.evaluate({ batch, columns })).toEqual(before);
    model.dispose();
  });
});
