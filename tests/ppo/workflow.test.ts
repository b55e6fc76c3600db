// From a scenario's folders to a run that trains: files in memory, the wasm engine.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabConfig } from "../../src/config";
import type { Engine } from "../../src/engine/engine";
import { VALUE_HEAD_WEIGHT } from "../../src/engine/layout";
import { CheckpointError, ConfigError, RewardApiError } from "../../src/errors";
import { mergeAdapter } from "../../src/model/adapters/merge";
import { initialValueHead } from "../../src/model/initialWeights";
import { type PpoRun, type PreparationStage, preparePpo, type WorkflowInputs } from "../../src/ppo/workflow";
import { flatten } from "../engine/driving";
import { allEvents, quietControl, records, TINY_MODEL, tinyConfig, wasmEngine } from "./tinyRun";
import { addAdapterOn, BASE_WEIGHTS, FILES, HEAD, reader, SCENARIO, SECOND, SFT } from "./workflowFiles";

let engine: Engine;
beforeAll(async () => {
  engine = await wasmEngine();
});
afterAll(() => engine.dispose());

const FULL: Partial<LabConfig> = { finetuningType: "full", rewardModelType: "full" };
const prepare = (changes: Partial<LabConfig> = {}, others: Partial<WorkflowInputs> = {}): Promise<PpoRun> =>
  preparePpo({ config: tinyConfig({ ...FULL, maxSteps: 2, ...changes }), scenario: SCENARIO, engine, readFile: reader(), ...others });
const trainToTheEnd = async (run: PpoRun) => records(await allEvents(run.train(quietControl())));
const english = ({ warnings }: PpoRun) => warnings.map(({ en }) => en);

describe("preparePpo", () => {
  it("prepares in the reference's order, trains, and frees everything", async () => {
    const idle = engine.memoryInUse();
    const stages: PreparationStage[] = [];
    const run = await prepare({}, { onStage: (stage) => stages.push(stage) });
    expect(stages).toEqual(["tokenizer", "prompts", "policy", "reference", "rewardModel"]);
    expect(run.sizes).toMatchObject({ batchSize: 8, batchesPerEpoch: 2, totalSteps: 2 });
    expect([...(run.prompts[4] ?? [])]).toEqual([0, 7, 4]);
    expect(await run.policy.readParameters()).toEqual(await run.reference.readParameters());
    expect(run).toMatchObject({ evaluation: null, rewardAdapter: null, warnings: [], start: { adapter: null, valueHead: "fresh" } });
    const steps = await trainToTheEnd(run);
    expect(steps.length).toBe(2);
    // The judge reads queries with special tokens and responses without; people read both without.
    expect([...(steps[0]?.gold?.gold ?? [])]).toEqual(new Array(8).fill(1));
    expect(steps[0]?.queryTexts.some((text) => text.includes("<bos>"))).toBe(false);
    expect(steps[0]?.queries.every((query) => query[0] === 0)).toBe(true);
    run.dispose();
    expect(engine.memoryInUse()).toBe(idle);
  });

  it("takes own prompts, only the first of them, and the evaluation's template", async () => {
    const prompts = Array.from({ length: 12 }, (_, i) => ({ rendered: `w${i} w5` }));
    const run = await prepare({ maxSamples: 9, evalSteps: 1, evalTemplate: "empty" }, { prompts });
    expect(run.prompts.length).toBe(9);
    expect([...(run.prompts[2] ?? [])]).toEqual([5, 8]);
    expect([...(run.evaluation?.heldout[1] ?? [])]).toEqual([6, 7]);
    expect(run.evaluation?.hard.length).toBe(1);
    run.dispose();
    await expect(prepare({}, { prompts: [] })).rejects.toThrow("Please specify dataset for training.");
    await expect(prepare({}, { prompts: prompts.slice(0, 7) })).rejects.toThrow(/needs 8 prompts .* only 7/);
  });

  it("checks options before it reads a file", async () => {
    const readFile = () => Promise.reject(new Error("read"));
    await expect(prepare({ rewardModelType: "lora" }, { readFile })).rejects.toThrow("`reward_model_type` cannot be lora");
    await expect(prepare({ temperature: 0 }, { readFile })).rejects.toThrow(ConfigError);
  });

  it("frees what it had loaded when a later part fails", async () => {
    const idle = engine.memoryInUse();
    const without = (name: string) => reader(new Map([...FILES].filter(([path]) => path !== name)));
    await expect(prepare({}, { readFile: without("reward/model.safetensors") })).rejects.toThrow(CheckpointError);
    await expect(prepare({}, { readFile: without("policy/tokenizer.json") })).rejects.toThrow(CheckpointError);
    await expect(prepare({ rewardModel: "larger" })).rejects.toThrow(ConfigError);
    await expect(prepare({ perDeviceTrainBatchSize: 16 })).rejects.toThrow(ConfigError);
    expect(engine.memoryInUse()).toBe(idle);
  });
});

describe("the reference", () => {
  it("is a model of its own with refModel, for full and freeze", async () => {
    const run = await prepare({ finetuningType: "freeze", freezeTrainableLayers: 1, freezeTrainableModules: "mlp", refModel: "reference" });
    expect(flatten(await run.reference.readParameters())).not.toEqual(flatten(await run.policy.readParameters()));
    const before = await run.policy.readParameters();
    const [first] = await trainToTheEnd(run);
    expect(first?.stats["objective/kl"]).not.toBe(0);
    const after = await run.policy.readParameters();
    const moved = [...after].filter(([name, { data }]) => data.some((x, i) => x !== before.get(name)?.data[i])).map(([name]) => name);
    expect(moved).toEqual([
      ...["gate_proj", "up_proj", "down_proj"].map((module) => `model.layers.0.mlp.${module}.weight`),
      "v_head.summary.weight",
      "v_head.summary.bias",
    ]);
    run.dispose();
    await expect(prepare({ refModel: "smaller" })).rejects.toThrow(/refModel: expected a model of the policy's 20 tokens/);
  });

  it.each(["lora", "oft"] as const)("of a %s policy is its base: KL starts at 0 and then grows, the base stays", async (kind) => {
    const run = await prepare({ finetuningType: kind, refModel: "reference" });
    expect(run.reference).toBe(run.policy);
    expect(english(run).join(" ")).toContain(`refModel reference is ignored: with finetuningType ${kind}`);
    const steps = await trainToTheEnd(run);
    expect(steps[0]?.stats["objective/kl"]).toBe(0);
    expect(steps[1]?.stats["objective/kl"]).not.toBe(0);
    await run.policy.setAdapter(null);
    const base = await run.policy.readParameters();
    for (const [name, { data }] of BASE_WEIGHTS) if (!name.startsWith("v_head.")) expect(base.get(name)?.data).toEqual(data);
    run.dispose();
  });

  it("comes back to the trained adapter after every step, also when evaluating it fails", async () => {
    const run = await prepare({ finetuningType: "lora" });
    const events = run.train(quietControl());
    const evaluate = run.policy.evaluate.bind(run.policy);
    let calls = 0;
    run.policy.evaluate = (request) => (++calls === 2 ? Promise.reject(new Error("no reference today")) : evaluate(request));
    await expect(allEvents(events)).rejects.toThrow("no reference today");
    expect(calls).toBe(2);
    run.policy.evaluate = evaluate;
    // Training needs the trained adapter in force.
    expect((await trainToTheEnd(run)).length).toBe(2);
    run.dispose();
  });
});

describe("adapters to start from", () => {
  const weightsOf = async (run: PpoRun) => {
    const weights = new Map([...(await run.policy.readParameters())].filter(([name]) => !name.startsWith("v_head.")));
    return flatten(weights);
  };
  const baseOf = (weights: typeof BASE_WEIGHTS | ReturnType<typeof mergeAdapter>) =>
    flatten(new Map([...weights].filter(([name]) => !name.startsWith("v_head."))));
  const headOf = async (run: PpoRun) => [...((await run.policy.readParameters()).get(VALUE_HEAD_WEIGHT)?.data ?? [])];
  const LORA_RUN: Partial<LabConfig> = { finetuningType: "lora" };

  it("are resumed, with their own sizes and head, and warned about", async () => {
    const run = await prepare({ ...LORA_RUN, loraRank: 5, adapterNameOrPath: "sft" });
    expect(run.start.adapter).toEqual(SFT);
    expect(run.start.parametrisation).toMatchObject({ kind: "lora", rank: 2, scale: 2 });
    expect(run.start.valueHead).toBe("loaded");
    expect(await headOf(run)).toEqual([...HEAD.weight]);
    expect(english(run)).toEqual([expect.stringContaining("KL does not start at 0 (quirk Q5)")]);
    const [first] = await trainToTheEnd(run);
    expect(Math.abs(first?.stats["objective/kl"] as number)).toBeGreaterThan(1e-4);
    run.dispose();
  });

  it("are merged with createNewAdapter: KL starts at 0 on the merged base", async () => {
    const run = await prepare({ ...LORA_RUN, loraRank: 5, adapterNameOrPath: "sft", createNewAdapter: true });
    expect(run.start.parametrisation).toMatchObject({ kind: "lora", rank: 5, scale: 2 });
    expect(await weightsOf(run)).toEqual(baseOf(mergeAdapter(BASE_WEIGHTS, SFT)));
    expect(await headOf(run)).toEqual([...HEAD.weight]);
    expect(run.warnings).toEqual([]);
    const [first] = await trainToTheEnd(run);
    expect(first?.stats["objective/kl"]).toBe(0);
    run.dispose();
  });

  it("are merged but for the last, which was trained on the merged base", async () => {
    const merged = mergeAdapter(BASE_WEIGHTS, SFT);
    addAdapterOn("second", SECOND, merged);
    const run = await prepare({ ...LORA_RUN, adapterNameOrPath: "sft, second" });
    expect(baseOf(run.start.weights)).toEqual(baseOf(merged));
    expect(run.start.adapter).toEqual(SECOND);
    run.dispose();
    await expect(prepare({ ...LORA_RUN, adapterNameOrPath: "second" })).rejects.toThrow(/got one of another base/);
    const both = await prepare({ ...LORA_RUN, adapterNameOrPath: "sft,second", createNewAdapter: true });
    expect(baseOf(both.start.weights)).toEqual(baseOf(mergeAdapter(merged, SECOND)));
    both.dispose();
  });

  it("without a head leave a fresh one, even when the model's folder has one", async () => {
    const withHead = new Map([...FILES, ["policy/value_head.safetensors", FILES.get("sft/value_head.safetensors") as Uint8Array]]);
    const run = await prepare({ ...LORA_RUN, adapterNameOrPath: "headless" }, { readFile: reader(withHead) });
    expect(run.start.valueHead).toBe("fresh");
    expect(await headOf(run)).toEqual([...(initialValueHead(TINY_MODEL, 7).get(VALUE_HEAD_WEIGHT)?.data ?? [])]);
    run.dispose();
    const plain = await prepare(LORA_RUN, { readFile: reader(withHead) });
    expect(await headOf(plain)).toEqual([...HEAD.weight]);
    expect(plain.start.valueHead).toBe("loaded");
    plain.dispose();
  });

  it("must be LoRA to be gone on with", async () => {
    await expect(prepare({ ...LORA_RUN, adapterNameOrPath: "reward-oft" })).rejects.toThrow(/expected a LoRA adapter to go on with/);
    await expect(prepare({ ...LORA_RUN, adapterNameOrPath: "nowhere" })).rejects.toThrow(CheckpointError);
    await expect(prepare({ ...LORA_RUN, loraTarget: "nothing" })).rejects.toThrow(ConfigError);
  });
});

describe("the reward model", () => {
  it("is the first of its type, or the one that is named", async () => {
    const first = await prepare({ rewardModelType: "rule", maxSteps: 1 });
    const [step] = await trainToTheEnd(first);
    expect(first.rewardModel.kind).toBe("rule");
    expect(step?.scores).toEqual(step?.gold?.parts["ended"]);
    first.dispose();
    const named = await prepare({ rewardModelType: "rule", rewardModel: "length", maxSteps: 1 });
    const [other] = await trainToTheEnd(named);
    expect([...(other?.scores ?? [])]).toEqual(other?.responseTexts.map((text) => text.length));
    named.dispose();
    await expect(prepare({ rewardModel: "ends" })).rejects.toThrow(/ends \(rule\).*got ends of type full/);
    await expect(
      prepare({}, { scenario: { ...SCENARIO, rewardModels: [SCENARIO.rewardModels[4] ?? SCENARIO.rewardModels[0]] } }),
    ).rejects.toThrow(/expected one of its reward models reward-lora \(lora\), got one of type full/);
  });

  it("of type full demands its head", async () => {
    const headless = reader(new Map([...FILES].filter(([path]) => path !== "reward/value_head.safetensors")));
    await expect(prepare({}, { readFile: headless })).rejects.toThrow(/would score at random/);
  });

  it.each([
    ["larger", /vocabulary size 20 and 23/],
    ["smaller", /vocabulary size 20 and 15/],
    ["renamed", /token 3 "w0" and "x0"; token 4 "w1" and "x1"; token 5 "w2" and "x2"; 14 more tokens/],
  ])("with another tokenizer (%s) is refused, or forced and warned about", async (rewardModel, difference) => {
    await expect(prepare({ rewardModel })).rejects.toThrow(difference);
    await expect(prepare({ rewardModel })).rejects.toThrow(ConfigError);
    const run = await prepare({ rewardModel, allowVocabularyMismatch: true });
    expect(english(run)[0]).toMatch(difference);
    const steps = await trainToTheEnd(run);
    expect(steps.length).toBe(2);
    expect(steps[0]?.scores.every(Number.isFinite)).toBe(true);
    run.dispose();
  });

  it.each(["lora", "oft"] as const)("of type %s swaps into the policy, and training goes on as without", async (kind) => {
    const run = await prepare({ finetuningType: kind, rewardModelType: kind });
    expect(run.rewardModel.kind).toBe(kind);
    expect(run.rewardAdapter).toMatchObject({ adapter: { kind }, head: HEAD });
    const steps = await trainToTheEnd(run);
    expect(steps.length).toBe(2);
    expect(new Set(steps[0]?.scores).size).toBeGreaterThan(1);
    expect(steps[0]?.stats["objective/kl"]).toBe(0);
    // The same responses score the same after training: the reward adapter acts on the base.
    const samples = (steps[0]?.queries ?? []).map((query, i) => ({
      query,
      response: steps[0]?.responses[i] as Int32Array,
      queryText: "",
      responseText: "",
    }));
    expect(await run.rewardModel.score(samples)).toEqual(steps[0]?.scores);
    run.dispose();
  });

  it("of type lora demands its head and the policy's base", async () => {
    const lora: Partial<LabConfig> = { finetuningType: "lora", rewardModelType: "lora" };
    await expect(prepare({ ...lora, rewardModel: "reward-headless" })).rejects.toThrow(/^Reward model is not correctly loaded\./);
    await expect(prepare({ ...lora, rewardModel: "reward-stranger" })).rejects.toThrow(/one of another base .*Q34/);
    const merged = { ...lora, adapterNameOrPath: "sft", createNewAdapter: true };
    await expect(prepare(merged)).rejects.toThrow(/one of another base/);
    const mistyped = { ...SCENARIO, rewardModels: [{ id: "x", type: "lora", folder: "reward-oft", note: { en: "", vi: "" } }] } as const;
    await expect(prepare(lora, { scenario: mistyped })).rejects.toThrow("Set rewardModelType to oft");
  });

  it("of type api is asked with consent, key and fetch that are no options", async () => {
    const config: Partial<LabConfig> = { rewardModelType: "api", rewardModel: "http://127.0.0.1:8000/v1/score/evaluation", maxSteps: 1 };
    await expect(prepare(config)).rejects.toThrow(RewardApiError);
    const bodies: { messages: string[] }[] = [];
    const fetching: typeof fetch = async (_, init) => {
      const body = JSON.parse(init?.body as string);
      bodies.push(body);
      return Response.json({ scores: body.messages.map((text: string) => text.length) });
    };
    const run = await prepare(config, { api: { consent: { origin: "http://127.0.0.1:8000" }, apiKey: "secret", fetch: fetching } });
    const [step] = await trainToTheEnd(run);
    expect(run.rewardModel.kind).toBe("api");
    expect(bodies.map(({ messages }) => messages.length)).toEqual([4, 4]);
    expect([...(step?.scores ?? [])]).toEqual(bodies.flatMap(({ messages }) => messages.map((text) => text.length)));
    run.dispose();
  });
});
