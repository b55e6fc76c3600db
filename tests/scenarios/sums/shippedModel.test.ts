// The base model under public/ is what the scenario says it is. Limits leave room for chance.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LabConfig, withDefaults } from "../../../src/config";
import type { Engine, EngineModel } from "../../../src/engine/engine";
import { parameterCount } from "../../../src/engine/layout";
import { createWasmEngine } from "../../../src/engine/wasm/engine";
import { loadModelFolder, type ModelFolder } from "../../../src/model/modelFolder";
import { loadTokenizer, type Tokenizer } from "../../../src/model/tokenizer";
import { answerPrompts, measureSamples } from "../../../src/pretrain/measure";
import { sumsRecipe } from "../../../src/pretrain/sumsRecipe";
import type { ScenarioPrompt } from "../../../src/scenarios/scenario";
import { vocabulary } from "../../../src/scenarios/sums/vocabulary";

const root = new URL("../../../", import.meta.url);
const { scenario } = sumsRecipe;
const readPublic = async (path: string) => new Uint8Array(await readFile(new URL(`public/${path}`, root)));

let engine: Engine;
let tokenizer: Tokenizer;
let folder: ModelFolder;
let policy: EngineModel;

beforeAll(async () => {
  const text = async (file: string) => new TextDecoder().decode(await readPublic(`${scenario.policy}/${file}`));
  tokenizer = loadTokenizer(await text("tokenizer.json"), await text("tokenizer_config.json"));
  engine = await createWasmEngine(readFileSync(new URL("build/kernels.wasm", root)));
  folder = await loadModelFolder(readPublic, scenario.policy, { requireValueHead: false });
  policy = await engine.createModel({ label: "policy", config: folder.config, weights: folder.weights, trainable: null });
});
afterAll(() => engine.dispose());

async function figures(prompts: readonly ScenarioPrompt[], options: Partial<LabConfig> = {}) {
  const config = { ...withDefaults(scenario.defaults), seed: 77, ...options };
  const samples = await answerPrompts({ policy, tokenizer, scenario, config, draw: 1 }, prompts.slice(0, 512));
  return measureSamples(samples, scenario, tokenizer, null);
}

describe("the shipped base model of the scenario sums", () => {
  it("is of the announced size and has the scenario's vocabulary", async () => {
    const size = parameterCount(folder.config);
    expect(size).toBeGreaterThan(100_000);
    expect(size).toBeLessThan(250_000);
    expect(folder.config).toEqual(sumsRecipe.modelConfig(vocabulary().length));
    expect(vocabulary().map((_, id) => tokenizer.tokenText(id))).toEqual(vocabulary());
    expect(folder.valueHead).toBe("fresh");
    expect((await readPublic(`${scenario.policy}/model.safetensors`)).length).toBeLessThan(500_000);
  });

  it("is right on 30 to 60 % of held-out prompts and mostly well-formed", async () => {
    const { gold, parts } = await figures(scenario.heldoutPrompts());
    expect(gold).toBeGreaterThan(0.3);
    expect(gold).toBeLessThan(0.6);
    expect(parts["wellFormed"]).toBeGreaterThan(0.75);
    expect(parts["wellFormed"]).toBeLessThan(0.93);
  });

  it("knows better than it answers: its likeliest answers are mostly right, less so on hard prompts", async () => {
    const heldout = await figures(scenario.heldoutPrompts(), { doSample: false });
    const hard = await figures(scenario.hardPrompts(), { doSample: false });
    expect(heldout.gold).toBeGreaterThan(0.75);
    expect(hard.gold).toBeGreaterThan(0.5);
    expect(hard.gold).toBeLessThan(heldout.gold);
  });

  it("fails under the wrong template", async () => {
    const { gold } = await figures(scenario.heldoutPrompts());
    for (const template of ["noHeader", "empty"] as const)
      expect((await figures(scenario.heldoutPrompts(), { template })).gold, template).toBeLessThan(gold - 0.2);
  });
});
