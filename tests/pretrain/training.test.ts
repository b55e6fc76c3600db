import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Engine, EngineModel } from "../../src/engine/engine";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import { createWasmEngine } from "../../src/engine/wasm/engine";
import { initialWeights } from "../../src/model/initialWeights";
import { pairAccuracy, type PreferencePair, trainRewardModel } from "../../src/pretrain/rewardModelling";
import { responseLoss, type SftExample, trainSft } from "../../src/pretrain/sft";
import { RandomSource } from "../../src/random";

const config: LlamaConfig = {
  vocabSize: 12,
  hiddenSize: 16,
  intermediateSize: 32,
  numHiddenLayers: 1,
  numAttentionHeads: 2,
  numKeyValueHeads: 2,
  headDim: 8,
  maxPositionEmbeddings: 16,
  rmsNormEps: 1e-5,
  ropeTheta: 10000,
  ropeScaling: { kind: "none" },
  tieWordEmbeddings: false,
  attentionBias: false,
  mlpBias: false,
};
const PAD = 0;
const EOS = 1;
const stage = { seed: 5, epochs: 12, batchSize: 16, learningRate: 0.02, warmupSteps: 5, weightDecay: 0, maxGradNorm: 1 };

async function withModel<T>(use: (model: EngineModel) => Promise<T>): Promise<T> {
  const engine: Engine = await createWasmEngine(readFileSync(new URL("../../build/kernels.wasm", import.meta.url)));
  const weights = initialWeights(config, 9, { padTokenId: PAD, initializerRange: 0.1 });
  const model = await engine.createModel({ label: "test", config, weights, trainable: { kind: "full" } });
  try {
    return await use(model);
  } finally {
    engine.dispose();
  }
}

async function finish<P>(progress: AsyncGenerator<P, void, void>): Promise<P[]> {
  const reports: P[] = [];
  for await (const report of progress) reports.push(report);
  return reports;
}

/** Prompts of random length that end in a header (token 2); the response is the token before the header, then EOS. */
function echoExamples(count: number, random: RandomSource): SftExample[] {
  return Array.from({ length: count }, () => {
    const said = Array.from({ length: 1 + random.below(4) }, () => 3 + random.below(9));
    return { query: Int32Array.of(...said, 2), response: Int32Array.of(said.at(-1) as number, EOS) };
  });
}

/** Better answers contain token 2 somewhere, worse ones do not. */
function markedPairs(count: number, random: RandomSource): PreferencePair[] {
  const answer = () => Int32Array.from({ length: 2 + random.below(5) }, () => 3 + random.below(9));
  return Array.from({ length: count }, () => {
    const chosen = answer();
    chosen[random.below(chosen.length)] = 2;
    return { chosen, rejected: answer() };
  });
}

describe("supervised fine-tuning", () => {
  it("learns to answer unseen prompts, from the response tokens alone", async () => {
    const random = new RandomSource(1);
    const train = echoExamples(960, random);
    const unseen = echoExamples(64, random);
    const [before, reports, after] = await withModel(async (model) => [
      await responseLoss(model, unseen, PAD),
      await finish(trainSft(model, train, { ...stage, epochs: 10, learningRate: 0.01 }, PAD)),
      await responseLoss(model, unseen, PAD),
    ]);
    expect(before).toBeGreaterThan(2);
    expect(after).toBeLessThan(0.3);
    expect(reports.at(-1)).toMatchObject({ step: 600, totalSteps: 600 });
    expect(reports.at(-1)?.loss).toBeLessThan(reports[0]?.loss as number);
  });

  it("gives the same weights for the same seed", async () => {
    const train = echoExamples(64, new RandomSource(2));
    const run = () =>
      withModel(async (model) => {
        await finish(trainSft(model, train, { ...stage, epochs: 2 }, PAD));
        return model.readParameters();
      });
    expect(await run()).toEqual(await run());
  });
});

describe("reward modelling", () => {
  it("ranks unseen answers by what made the chosen ones better", async () => {
    const random = new RandomSource(3);
    const train = markedPairs(480, random);
    const unseen = markedPairs(200, random);
    const [before, after] = await withModel(async (model) => {
      const untrained = await pairAccuracy(model, unseen, PAD);
      await finish(trainRewardModel(model, train, stage, PAD));
      return [untrained, await pairAccuracy(model, unseen, PAD)];
    });
    expect(before).toBeLessThan(0.75);
    expect(after).toBeGreaterThan(0.95);
  });
});
