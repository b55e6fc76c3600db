// From a scenario's folders to a run that trains: files in memory, the wasm engine.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabConfig } from "../../src/config";
import type { Engine } from "../../src/engine/engine";
import { CheckpointError, ConfigError } from "../../src/errors";
import { initialWeights } from "../../src/model/initialWeights";
import { type ReadFile, saveModelFolder } from "../../src/model/modelFolder";
import { tokenisePrompts } from "../../src/ppo/prompts";
import { type PreparationStage, preparePpo } from "../../src/ppo/workflow";
import type { Scenario } from "../../src/scenarios/scenario";
import { ENGINES } from "../engine/engines";
import { allEvents, quietControl, records, TINY_MODEL, tinyConfig, tinyTokenizer } from "./tinyRun";

const WORDS = ["<bos>", "<eos>", "<pad>", ...Array.from({ length: 17 }, (_, i) => `w${i}`)];
const tokenizerJson = JSON.stringify({
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: [0, 1, 2].map((id) => ({
    id,
    content: WORDS[id],
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: null,
  pre_tokenizer: { type: "WhitespaceSplit" },
  post_processor: null,
  decoder: null,
  model: { type: "WordLevel", vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])), unk_token: "<pad>" },
});
const tokenizerConfig = JSON.stringify({
  tokenizer_class: "PreTrainedTokenizerFast",
  bos_token: "<bos>",
  eos_token: "<eos>",
  pad_token: "<pad>",
});

const files = new Map<string, Uint8Array>([
  ["tok/tokenizer.json", new TextEncoder().encode(tokenizerJson)],
  ["tok/tokenizer_config.json", new TextEncoder().encode(tokenizerConfig)],
]);
const tokenIds = { bosTokenId: 0, eosTokenIds: [1], padTokenId: 2 };
for (const [folder, seed, vocabSize] of [
  ["policy", 1, 20],
  ["reward", 2, 20],
  ["stranger", 3, 23],
] as const) {
  const config = { ...TINY_MODEL, vocabSize };
  const weights = initialWeights(config, seed, { padTokenId: null, initializerRange: 0.3 });
  for (const [name, bytes] of saveModelFolder(config, weights, { dtype: "F32", tokenIds })) files.set(`${folder}/${name}`, bytes);
}
const readFile: ReadFile = async (path) => files.get(path) ?? Promise.reject(new Error(`no file ${path}`));

const scenario: Scenario = {
  id: "words",
  defaults: {},
  referencePreset: {},
  referencePresetNote: "",
  skeletonOf: (text) => text,
  trainPrompts: () => Array.from({ length: 20 }, (_, i) => ({ text: `w${i % 17}` })),
  heldoutPrompts: () => [{ text: "w16" }],
  renderPrompt: ({ text }) => `<bos> ${text} w1`,
  judge: (queryText, responseText, ended) => ({
    gold: queryText.startsWith("<bos>") && !responseText.includes("<") ? 1 : 0,
    parts: { ended: ended ? 1 : 0 },
  }),
  models: { policy: "policy", reward: "reward", tokenizer: "tok" },
};

let engine: Engine;
beforeAll(async () => {
  const wasm = ENGINES.find(([name]) => name === "wasm");
  if (!wasm) throw new Error("no wasm engine");
  engine = await wasm[1]();
});
afterAll(() => engine.dispose());

const prepare = (changes: Partial<LabConfig> = {}, others: Partial<Scenario> = {}, stages: PreparationStage[] = []) =>
  preparePpo({
    config: tinyConfig(changes),
    scenario: { ...scenario, ...others },
    engine,
    readFile,
    onStage: (stage) => stages.push(stage),
  });

describe("preparePpo", () => {
  it("prepares in the reference's order, trains, and frees everything", async () => {
    const idle = engine.memoryInUse();
    const stages: PreparationStage[] = [];
    const run = await prepare({ maxSteps: 2 }, {}, stages);
    expect(stages).toEqual(["tokenizer", "prompts", "policy", "reference", "rewardModel"]);
    expect(run.sizes).toMatchObject({ batchSize: 8, batchesPerEpoch: 2, totalSteps: 2 });
    expect([...(run.prompts[4] ?? [])]).toEqual([0, 7, 4]);
    expect(await run.policy.readParameters()).toEqual(await run.reference.readParameters());
    const steps = records(await allEvents(run.train(quietControl())));
    expect(steps.length).toBe(2);
    // The judge reads queries with special tokens and responses without; people read both without.
    expect([...(steps[0]?.gold?.gold ?? [])]).toEqual(new Array(8).fill(1));
    expect(steps[0]?.queryTexts.some((text) => text.includes("<bos>"))).toBe(false);
    expect(steps[0]?.queries.every((query) => query[0] === 0)).toBe(true);
    run.dispose();
    expect(engine.memoryInUse()).toBe(idle);
  });

  it("scores by the judge itself with reward kind rule", async () => {
    const run = await prepare({ rewardModelType: "rule", maxSteps: 1 });
    const [step] = records(await allEvents(run.train(quietControl())));
    expect(run.rewardModel.kind).toBe("rule");
    expect(step?.scores).toEqual(step?.gold?.gold);
    run.dispose();
  });

  it("frees what it had loaded when a later part fails", async () => {
    const idle = engine.memoryInUse();
    const models = { ...scenario.models, reward: "nowhere" };
    await expect(prepare({}, { models })).rejects.toThrow(CheckpointError);
    await expect(prepare({}, { models: { ...scenario.models, reward: "stranger" } })).rejects.toThrow(
      /vocabulary has 23 tokens, the policy's 20/,
    );
    await expect(prepare({ perDeviceTrainBatchSize: 16 })).rejects.toThrow(ConfigError);
    expect(engine.memoryInUse()).toBe(idle);
  });

  it("demands a reward model's value head", async () => {
    const head = files.get("reward/value_head.safetensors") as Uint8Array;
    files.delete("reward/value_head.safetensors");
    await expect(prepare()).rejects.toThrow(/value head/);
    files.set("reward/value_head.safetensors", head);
  });
});

describe("tokenisePrompts", () => {
  it("cuts the head of a prompt that is too long, so the assistant header survives", () => {
    const rendered = { ...scenario, renderPrompt: () => "3 4 5 6 7" };
    expect([...(tokenisePrompts(rendered, [{ text: "" }], tinyTokenizer, 3)[0] ?? [])]).toEqual([5, 6, 7]);
    expect([...(tokenisePrompts(rendered, [{ text: "" }], tinyTokenizer, 9)[0] ?? [])]).toEqual([3, 4, 5, 6, 7]);
  });
});
