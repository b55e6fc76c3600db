// The models under public/models/summaries are what the scenario says they are. Small samples, so limits leave room for chance.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDefaults } from "../../../src/config";
import type { Engine, EngineModel } from "../../../src/engine/engine";
import { parameterCount } from "../../../src/engine/layout";
import { createWasmEngine } from "../../../src/engine/wasm/engine";
import { loadModelFolder } from "../../../src/model/modelFolder";
import { loadTokenizer, type Tokenizer } from "../../../src/model/tokenizer";
import { collectAnswers } from "../../../src/pretrain/answers";
import { answerPrompts, measureSamples } from "../../../src/pretrain/measure";
import { preferencePairs } from "../../../src/pretrain/preferences";
import type { RewardRecipe } from "../../../src/pretrain/recipe";
import { pairAccuracy, scoreSequences } from "../../../src/pretrain/rewardModelling";
import { summariesRecipe } from "../../../src/pretrain/summariesRecipe";
import { RandomSource } from "../../../src/random";
import { vocabulary } from "../../../src/scenarios/summaries/vocabulary";

const root = new URL("../../../", import.meta.url);
const readPublic = async (path: string) => new Uint8Array(await readFile(new URL(`public/${path}`, root)));
const { scenario } = summariesRecipe;
const [careful, lengthBiased] = summariesRecipe.rewards as [RewardRecipe, RewardRecipe];
const config = { ...withDefaults(scenario.defaults), seed: 77 };

let engine: Engine;
let tokenizer: Tokenizer;
let policy: EngineModel;
let models: Map<RewardRecipe, EngineModel>;

beforeAll(async () => {
  const text = async (file: string) => new TextDecoder().decode(await readPublic(`${scenario.policy}/${file}`));
  tokenizer = loadTokenizer(await text("tokenizer.json"), await text("tokenizer_config.json"));
  engine = await createWasmEngine(readFileSync(new URL("build/kernels.wasm", root)));
  const load = async (label: string, folder: string, requireValueHead: boolean) => {
    const { config: shape, weights } = await loadModelFolder(readPublic, folder, { requireValueHead });
    expect(shape).toEqual(summariesRecipe.modelConfig(vocabulary().length));
    return engine.createModel({ label, config: shape, weights, trainable: null });
  };
  policy = await load("policy", scenario.policy, false);
  models = new Map();
  for (const recipe of [careful, lengthBiased]) models.set(recipe, await load("reward model", recipe.entry.folder, true));
});
afterAll(() => engine.dispose());

const NOTE = "mia found a kite at the market. it was on friday. a dog barked.";

async function scores(recipe: RewardRecipe, texts: readonly string[]): Promise<Float32Array> {
  const query = tokenizer.encode(scenario.renderPrompt({ text: NOTE }, "chat"));
  const sequences = texts.map((text) => Int32Array.of(...query, ...tokenizer.encode(text), tokenizer.eosTokenId));
  return scoreSequences(models.get(recipe) as EngineModel, sequences, tokenizer.padTokenId);
}

describe("the shipped models of the scenario summaries", () => {
  it("are of the announced size and share the scenario's vocabulary", () => {
    const size = parameterCount(summariesRecipe.modelConfig(vocabulary().length));
    expect(size).toBeGreaterThan(150_000);
    expect(size).toBeLessThan(250_000);
    expect(vocabulary().map((_, id) => tokenizer.tokenText(id))).toEqual(vocabulary());
  });

  it("write well-formed summaries of mixed quality and length", async () => {
    const samples = await answerPrompts({ policy, tokenizer, scenario, config, draw: 1 }, scenario.heldoutPrompts());
    const { gold, parts, distinctResponses } = await measureSamples(samples, scenario, tokenizer, null);
    expect(gold).toBeGreaterThan(0.35);
    expect(gold).toBeLessThan(0.53);
    expect(parts["grammatical"]).toBeGreaterThan(0.9);
    expect(distinctResponses).toBeGreaterThan(0.95 * samples.length);
    const long = samples.filter(({ response }) => response.length >= 20).length;
    expect(long).toBeGreaterThan(0.1 * samples.length);
    expect(long).toBeLessThan(0.4 * samples.length);
  });

  it("rank answers to held-out prompts as their labellers do", async () => {
    const answered = await collectAnswers(
      { recipe: summariesRecipe, base: policy, tokenizer, config },
      scenario.heldoutPrompts(),
      2,
      new RandomSource(77),
    );
    for (const [recipe, model] of models) {
      const pairs = preferencePairs(answered, { ...recipe, labelNoise: 0 }, new RandomSource(78));
      expect(pairs.length).toBeGreaterThan(300);
      expect(await pairAccuracy(model, pairs, tokenizer.padTokenId), recipe.entry.id).toBeGreaterThan(0.88);
    }
  });

  it("disagree about padding; the careful one wants the facts", async () => {
    const texts = [
      "mia found a kite at the market on friday.",
      "as far as we know, it is worth noting that mia found a kite at the market, as the note says.",
      "leo lost a drum in rome at noon.",
    ];
    const [plain = 0, padded = 0, untrue = 0] = await scores(careful, texts);
    expect(plain).toBeGreaterThan(padded + 1);
    expect(plain).toBeGreaterThan(untrue + 1);
    const [hastyPlain = 0, hastyPadded = 0] = await scores(lengthBiased, texts);
    expect(hastyPadded).toBeGreaterThan(hastyPlain + 1);
  });
});
