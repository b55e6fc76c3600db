// The models under public/ are what the scenario says they are. Small samples, so limits leave room for chance.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TemplateName, withDefaults } from "../../../src/config";
import type { Engine, EngineModel } from "../../../src/engine/engine";
import { parameterCount } from "../../../src/engine/layout";
import { createWasmEngine } from "../../../src/engine/wasm/engine";
import { loadModelFolder, type ModelFolder } from "../../../src/model/modelFolder";
import { loadTokenizer, type Tokenizer } from "../../../src/model/tokenizer";
import { collectAnswers } from "../../../src/pretrain/answers";
import { answerPrompts, measureSamples } from "../../../src/pretrain/measure";
import { preferencePairs } from "../../../src/pretrain/preferences";
import { pairAccuracy } from "../../../src/pretrain/rewardModelling";
import { toolCallsRecipe } from "../../../src/pretrain/toolCallsRecipe";
import { RandomSource } from "../../../src/random";
import { tokenizerJson, vocabulary } from "../../../src/scenarios/toolCalls/vocabulary";

const root = new URL("../../../", import.meta.url);
const readPublic = async (path: string) => new Uint8Array(await readFile(new URL(`public/${path}`, root)));
const { scenario, rewards } = toolCallsRecipe;
const config = { ...withDefaults(scenario.defaults), seed: 77 };

let engine: Engine;
let tokenizer: Tokenizer;
let folder: ModelFolder;
let policy: EngineModel;

beforeAll(async () => {
  const text = async (file: string) => new TextDecoder().decode(await readPublic(`${scenario.policy}/${file}`));
  expect(JSON.parse(await text("tokenizer.json"))).toEqual(tokenizerJson());
  tokenizer = loadTokenizer(await text("tokenizer.json"), await text("tokenizer_config.json"));
  engine = await createWasmEngine(readFileSync(new URL("build/kernels.wasm", root)));
  folder = await loadModelFolder(readPublic, scenario.policy, { requireValueHead: false });
  policy = await engine.createModel({ label: "policy", config: folder.config, weights: folder.weights, trainable: null });
});
afterAll(() => engine.dispose());

/** Figures of the base model on held-out prompts, sampled at temperature 1. */
async function baseFigures(template: TemplateName) {
  const samples = await answerPrompts({ policy, tokenizer, scenario, config: { ...config, template }, draw: 1 }, scenario.heldoutPrompts());
  return measureSamples(samples, scenario, tokenizer, null);
}

describe("the shipped models of the scenario tool-calls", () => {
  it("are of the announced shape and size", () => {
    expect(folder.config).toEqual(toolCallsRecipe.modelConfig(vocabulary().length));
    expect(parameterCount(folder.config)).toBeGreaterThan(150_000);
    expect(parameterCount(folder.config)).toBeLessThan(250_000);
    expect(folder.valueHead).toBe("fresh");
  });

  it("answer about half the requests rightly, and far fewer when the template is not theirs", async () => {
    const { gold, parts } = await baseFigures("chat");
    expect(gold).toBeGreaterThan(0.45);
    expect(gold).toBeLessThan(0.65);
    expect(parts["parses"]).toBeLessThan(0.95);
    for (const template of ["empty", "noHeader"] as const) {
      const wrong = await baseFigures(template);
      expect(wrong.gold, template).toBeLessThan(gold - 0.2);
    }
  });

  it("rank answers to held-out prompts as their labellers do", async () => {
    for (const { entry, prefers } of rewards) {
      const reward = await loadModelFolder(readPublic, entry.folder, { requireValueHead: true });
      const model = await engine.createModel({ label: entry.id, config: reward.config, weights: reward.weights, trainable: null });
      const random = new RandomSource(77);
      const answered = await collectAnswers(
        { recipe: toolCallsRecipe, base: policy, tokenizer, config },
        scenario.heldoutPrompts(),
        2,
        random,
      );
      const pairs = preferencePairs(answered, { prefers, labelNoise: 0 }, random);
      expect(pairs.length).toBeGreaterThan(300);
      expect(await pairAccuracy(model, pairs, tokenizer.padTokenId), entry.id).toBeGreaterThan(0.9);
      model.dispose();
    }
  });
});
