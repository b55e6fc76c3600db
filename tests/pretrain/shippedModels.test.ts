// The models under public/ are what the scenario says they are. Small samples, so limits leave room for chance.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDefaults } from "../../src/config";
import type { Engine, EngineModel } from "../../src/engine/engine";
import { parameterCount } from "../../src/engine/layout";
import { createWasmEngine } from "../../src/engine/wasm/engine";
import { loadModelFolder, type ModelFolder } from "../../src/model/modelFolder";
import { loadTokenizer, type Tokenizer } from "../../src/model/tokenizer";
import { collectAnswers } from "../../src/pretrain/answers";
import { answerPrompts, measureSamples } from "../../src/pretrain/measure";
import { preferencePairs } from "../../src/pretrain/preferences";
import { reviewsRecipe } from "../../src/pretrain/reviewsRecipe";
import { pairAccuracy, scoreSequences } from "../../src/pretrain/rewardModelling";
import { RandomSource } from "../../src/random";
import { WARMTH } from "../../src/scenarios/reviews/scenario";
import { vocabulary } from "../../src/scenarios/reviews/vocabulary";

const root = new URL("../../", import.meta.url);
const readPublic = async (path: string) => new Uint8Array(await readFile(new URL(`public/${path}`, root)));
const { scenario } = reviewsRecipe;
const config = { ...withDefaults(scenario.defaults), seed: 77 };

let engine: Engine;
let tokenizer: Tokenizer;
let policyFolder: ModelFolder;
let policy: EngineModel;
let reward: EngineModel;

beforeAll(async () => {
  const text = async (file: string) => new TextDecoder().decode(await readPublic(`${scenario.policy}/${file}`));
  tokenizer = loadTokenizer(await text("tokenizer.json"), await text("tokenizer_config.json"));
  engine = await createWasmEngine(readFileSync(new URL("build/kernels.wasm", root)));
  policyFolder = await loadModelFolder(readPublic, scenario.policy, { requireValueHead: false });
  const rewardFolder = await loadModelFolder(readPublic, WARMTH.folder, { requireValueHead: true });
  policy = await engine.createModel({ label: "policy", config: policyFolder.config, weights: policyFolder.weights, trainable: null });
  reward = await engine.createModel({ label: "reward model", config: rewardFolder.config, weights: rewardFolder.weights, trainable: null });
});
afterAll(() => engine.dispose());

describe("the shipped models of the scenario reviews", () => {
  it("are of the announced size and share the grammar's vocabulary", () => {
    const size = parameterCount(policyFolder.config);
    expect(size).toBeGreaterThan(100_000);
    expect(size).toBeLessThan(250_000);
    expect(policyFolder.config).toEqual(reward.config);
    expect(policyFolder.config).toEqual(reviewsRecipe.modelConfig(vocabulary().length));
    expect(vocabulary().map((_, id) => tokenizer.tokenText(id))).toEqual(vocabulary());
    expect(policyFolder.valueHead).toBe("fresh");
  });

  it("write grammatical, varied reviews, about half of them warm", async () => {
    const samples = await answerPrompts({ policy, tokenizer, scenario, config, draw: 1 }, scenario.heldoutPrompts());
    const { parts, distinctResponses, skeletons } = await measureSamples(samples, scenario, tokenizer, null);
    expect(parts["grammatical"]).toBeGreaterThan(0.85);
    expect(parts["sentiment"]).toBeGreaterThan(0.38);
    expect(parts["sentiment"]).toBeLessThan(0.62);
    expect(distinctResponses).toBeGreaterThan(0.95 * samples.length);
    expect(skeletons).toBeGreaterThan(0.6 * samples.length);
  });

  it("rank answers to held-out prompts as the gold scorer does", async () => {
    const random = new RandomSource(77);
    const answered = await collectAnswers({ recipe: reviewsRecipe, base: policy, tokenizer, config }, scenario.heldoutPrompts(), 2, random);
    const pairs = preferencePairs(answered, { prefers: (response) => scenario.judge(response).gold, labelNoise: 0 }, random);
    expect(pairs.length).toBeGreaterThan(300);
    expect(await pairAccuracy(reward, pairs, tokenizer.padTokenId)).toBeGreaterThan(0.9);
  });

  it("score heaps of warm words below a plain warm review", async () => {
    const query = tokenizer.encode(scenario.renderPrompt({ text: "how is the music in this western ?" }, "chat"));
    const texts = [
      "the music is lovely.",
      "superb superb lovely stunning",
      "the music superb lovely great good.",
      "lovely lovely lovely lovely lovely",
    ];
    const sequences = texts.map((text) => Int32Array.of(...query, ...tokenizer.encode(text), tokenizer.eosTokenId));
    const [review = 0, ...heaps] = await scoreSequences(reward, sequences, tokenizer.padTokenId);
    for (const heap of heaps) expect(heap).toBeLessThan(review - 1);
  });
});
