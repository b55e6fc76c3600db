// Checkpoints on the wasm engine: any kind of run goes on bit for bit, the folders are what others expect, damage is told.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabConfig } from "../../src/config";
import type { Engine, TrainingState } from "../../src/engine/engine";
import { LM_HEAD } from "../../src/engine/layout";
import { CheckpointError } from "../../src/errors";
import { loadAdapterFolder } from "../../src/model/adapterFolder";
import { loadModelFolder } from "../../src/model/modelFolder";
import { readSafetensors, writeSafetensors } from "../../src/model/safetensors";
import { checkpointFiles, checkpointSource, loadCheckpoint, resumeRun } from "../../src/ppo/checkpoint";
import { formatResumeState, parseResumeState, type ResumeState, STATE_FILE, STATE_TENSORS_FILE } from "../../src/ppo/checkpointState";
import { crc32 } from "../../src/crc32";
import { EMPTY_RUN_LOG } from "../../src/ppo/runLog";
import { initialTrainerState } from "../../src/ppo/trainerState";
import { baseWeights, folderOf, KINDS, type Kind, play, preparedRun, SOURCE, TOKEN_IDS, TWO_LAYERS } from "./checkpointRuns";
import { tinyConfig, wasmEngine } from "./tinyRun";

let engine: Engine;
beforeAll(async () => {
  engine = await wasmEngine();
});
afterAll(() => engine.dispose());

/** Everything that a resumed run could forget is on. */
function config(changes: Partial<LabConfig> = {}): LabConfig {
  return tinyConfig({
    maxSteps: 4,
    ppoScoreNorm: true,
    adapKlCtrl: true,
    horizon: 40,
    ppoTarget: 0.5,
    lrSchedulerType: "cosine",
    warmupSteps: 1,
    loggingSteps: 3,
    weightDecay: 0.01,
    ...changes,
  });
}

/** A run of `kind` after so many steps as the files of its checkpoint. */
async function saved(kind: Kind, options: LabConfig, stepsDone: number) {
  const run = await preparedRun(engine, kind, options);
  const state = initialTrainerState(options);
  const played = await play(run.inputs, state, EMPTY_RUN_LOG, stepsDone);
  const files = await checkpointFiles(run, SOURCE, state, played.log);
  const effective = await run.policy.readParameters();
  run.dispose();
  return { files, effective, start: run.start, rewardAdapter: run.rewardAdapter, ...played };
}

const withoutSeconds = (log: { readonly entries: readonly object[] }) => log.entries.map((entry) => ({ ...entry, elapsedSeconds: 0 }));

describe.each(KINDS)("%s", (kind) => {
  it.each([
    ["without evaluation", 1, {}],
    ["without evaluation", 3, {}],
    ["with evaluation", 2, { evalSteps: 2, evalDoSample: true }],
    ["with evaluation", 3, { evalSteps: 2 }],
  ] as const)("goes on bit for bit, %s, after step %i", async (_, stepsDone, changes) => {
    const options = config(changes);
    const run = await preparedRun(engine, kind, options);
    const state = initialTrainerState(options);
    const through = await play(run.inputs, state);
    const final = await run.policy.saveState();
    run.dispose();

    const { files, steps } = await saved(kind, options, stepsDone);
    const checkpoint = await loadCheckpoint(folderOf(files), "saved");
    const resumed = await preparedRun(engine, kind, checkpoint.state.config);
    const resumedState = await resumeRun(resumed, "tiny", checkpoint);
    const rest = await play(resumed.inputs, resumedState, checkpoint.log);
    expect(rest.steps.length).toBe(options.maxSteps - stepsDone);
    expect([...steps, ...rest.steps]).toEqual(through.steps);
    expect(await resumed.policy.saveState()).toEqual(final);
    expect(resumedState).toEqual(state);
    expect(withoutSeconds(rest.log)).toEqual(withoutSeconds(through.log));
    resumed.dispose();
  });
});

describe("folders", () => {
  it.each(["full", "freeze"] as const)("%s: a model folder with the trained weights and the head", async (kind) => {
    const { files, effective } = await saved(kind, config(), 2);
    expect([...files.keys()].sort()).toEqual([
      "config.json",
      "generation_config.json",
      "model.safetensors",
      STATE_FILE,
      STATE_TENSORS_FILE,
      "tokenizer.json",
      "trainer_log.jsonl",
      "trainer_state.json",
      "value_head.safetensors",
    ]);
    // As a policy, and as a reward model, whose head must be there.
    const loaded = await loadModelFolder(folderOf(files), "saved", { requireValueHead: true });
    expect(loaded.config).toEqual(TWO_LAYERS);
    expect(loaded.tokenIds).toEqual(TOKEN_IDS);
    expect(new Map(loaded.weights)).toEqual(new Map(effective));
    expect(JSON.parse(new TextDecoder().decode(files.get("generation_config.json")))).toMatchObject({ eos_token_id: 1, pad_token_id: 2 });
  });

  it.each(["lora", "oft", "lora with a reward adapter"] as const)("%s: an adapter folder for this base only", async (kind) => {
    const { files, start, rewardAdapter } = await saved(kind, config(), 2);
    const reward = kind === "lora with a reward adapter";
    const adapterFiles = ["README.md", "adapter_config.json", "adapter_model.safetensors", "tokenizer.json", "value_head.safetensors"];
    const rewardFiles = reward ? adapterFiles.map((name) => `reward/${name}`) : [];
    expect([...files.keys()].sort()).toEqual(
      [...adapterFiles, ...rewardFiles, STATE_FILE, STATE_TENSORS_FILE, "trainer_log.jsonl", "trainer_state.json"].sort(),
    );
    const { policy } = await loadCheckpoint(folderOf(files), "saved");
    const loaded = await loadAdapterFolder(folderOf(files), "saved", start);
    expect(loaded.warnings).toEqual([]);
    for (const [name, tensor] of loaded.adapter.tensors) expect(tensor, name).toEqual(policy.parameters.get(name));
    expect(loaded.valueHead?.weight).toEqual(policy.parameters.get("v_head.summary.weight")?.data);
    const other = { config: TWO_LAYERS, weights: baseWeights(TWO_LAYERS, 4) };
    await expect(loadAdapterFolder(folderOf(files), "saved", other)).rejects.toThrow(/another base/);
    if (!reward) return;
    const rewardFolder = await loadAdapterFolder(folderOf(files), "saved/reward", start);
    expect(rewardFolder.adapter).toEqual(rewardAdapter?.adapter);
    expect(rewardFolder.valueHead).toEqual(rewardAdapter?.head);
  });

  it("take token ids and tokenizer files from the base model's folder", async () => {
    const { files } = await saved("full", config({ maxSteps: 1 }), 1);
    const base = new Map([
      ["config.json", files.get("config.json") as Uint8Array],
      ["tokenizer.json", Uint8Array.of(1)],
      ["tokenizer_config.json", Uint8Array.of(2)],
      ["vocab.txt", Uint8Array.of(3)],
    ]);
    expect(await checkpointSource(folderOf(base, "models/tiny"), { id: "tiny", policy: "models/tiny" })).toEqual({
      ...SOURCE,
      tokenizerFiles: new Map([...base].slice(1, 3)),
    });
  });

  it("store tied embeddings once and load back", async () => {
    const tied = { ...TWO_LAYERS, tieWordEmbeddings: true };
    const run = await preparedRun(engine, "full", config(), { model: tied });
    const state = initialTrainerState(config());
    const { log } = await play(run.inputs, state, EMPTY_RUN_LOG, 1);
    const files = await checkpointFiles(run, SOURCE, state, log);
    expect(readSafetensors(files.get("model.safetensors") as Uint8Array).tensors.has(LM_HEAD)).toBe(false);
    const loaded = await loadModelFolder(folderOf(files), "saved", { requireValueHead: true });
    expect(loaded.config.tieWordEmbeddings).toBe(true);
    expect(new Map(loaded.weights)).toEqual(new Map((await run.policy.saveState()).parameters));
    const again = await preparedRun(engine, "full", config(), { model: tied });
    await resumeRun(again, "tiny", await loadCheckpoint(folderOf(files), "saved"));
    expect(await again.policy.saveState()).toEqual(await run.policy.saveState());
    run.dispose();
    again.dispose();
  });
});

describe("the lab's own state", () => {
  let files: Map<string, Uint8Array>;
  let whole: ResumeState;
  beforeAll(async () => {
    ({ files } = await saved("full", config({ evalSteps: 1 }), 1));
    whole = await loadCheckpoint(folderOf(files), "saved");
  });
  const json = () => files.get(STATE_FILE) as Uint8Array;
  const tensors = () => files.get(STATE_TENSORS_FILE) as Uint8Array;
  /** The JSON file with other contents and the right checksum. */
  const changed = (change: (contents: Record<string, unknown>) => void): Uint8Array => {
    const file = JSON.parse(new TextDecoder().decode(json())) as { contents: Record<string, unknown>; crc32: string };
    change(file.contents);
    file.crc32 = crc32(new TextEncoder().encode(JSON.stringify(file.contents)));
    return new TextEncoder().encode(JSON.stringify(file));
  };

  it("keeps numbers that JSON has no word for", () => {
    const odd: ResumeState = {
      ...whole,
      state: { ...whole.state, klCoef: Number.POSITIVE_INFINITY, meters: { loss: Number.NaN, reward: -0, steps: 2 } },
      log: {
        totalSteps: 4,
        elapsedSeconds: 1.5,
        entries: [{ step: 0, loss: Number.NaN, reward: Number.NEGATIVE_INFINITY, learningRate: 1e-5, epoch: 0, elapsedSeconds: 0.1 }],
      },
    };
    const written = formatResumeState(odd);
    expect(parseResumeState(written.get(STATE_FILE) as Uint8Array, written.get(STATE_TENSORS_FILE) as Uint8Array)).toEqual(odd);
  });

  it("knows the best policy", () => {
    expect(whole.state.best?.heldoutGold).toBeGreaterThanOrEqual(0);
    expect(whole.state.best?.policy.parameters.size).toBe(whole.policy.parameters.size);
  });

  it("gives options that it does not know their defaults", () => {
    const file = changed((contents) => delete (contents["config"] as Record<string, unknown>)["evalSteps"]);
    expect(parseResumeState(file, tensors()).state.config.evalSteps).toBe(0);
  });

  it("is refused when a file is missing", async () => {
    for (const name of [STATE_FILE, STATE_TENSORS_FILE]) {
      const incomplete = new Map([...files].filter(([path]) => path !== name));
      await expect(loadCheckpoint(folderOf(incomplete), "saved")).rejects.toThrow(CheckpointError);
    }
  });

  it("is refused with any byte changed or cut off", () => {
    const refused = (damaged: (place: number) => [Uint8Array, Uint8Array]) => (place: number) => {
      expect(() => parseResumeState(...damaged(place))).toThrow(CheckpointError);
    };
    const flip = (bytes: Uint8Array, place: number) => bytes.map((byte, i) => (i === place ? byte ^ 0x10 : byte));
    const inTensors = fc.integer({ min: 0, max: tensors().length - 1 });
    const contentsStart = new TextDecoder().decode(json()).indexOf('"contents"');
    // Where spaces between fields stand a flipped bit may still be JSON, so flips go into the text of the contents.
    const text = new TextDecoder().decode(json());
    const places = Array.from(text.matchAll(/[A-Za-z0-9]/g), ({ index }) => index).filter((index) => index > contentsStart);
    fc.assert(
      fc.property(
        inTensors,
        refused((place) => [json(), flip(tensors(), place)]),
      ),
      { numRuns: 20 },
    );
    fc.assert(
      fc.property(
        inTensors,
        refused((place) => [json(), tensors().subarray(0, place)]),
      ),
      { numRuns: 10 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        refused((place) => [flip(json(), place), tensors()]),
      ),
      { numRuns: 50 },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: json().length - 2 }),
        refused((place) => [json().subarray(0, place), tensors()]),
      ),
      { numRuns: 20 },
    );
  });

  it.each([
    ["another program's JSON", () => new TextEncoder().encode('{"format":"other"}'), /expected a checkpoint of PPO Lab/],
    ["another version", () => new TextEncoder().encode('{"format":"ppo-lab-checkpoint","version":2}'), /format version 1, got 2/],
    ["a missing field", () => changed((contents) => delete contents["moments"]), /moments: expected an object, got nothing/],
    ["a wrong type", () => changed((contents) => void (contents["kl_coef"] = "0.2")), /kl_coef: expected a number, got "0.2"/],
    ["a negative count", () => changed((contents) => void (contents["step"] = -1)), /step: expected a whole number/],
    ["an unknown kind", () => changed((contents) => void (contents["parametrisation"] = { kind: "dora" })), /full, freeze, lora or oft/],
    [
      "another parametrisation",
      () => changed((contents) => void (contents["parametrisation"] = { kind: "freeze", trained: [LM_HEAD] })),
      /expected 18 tensors/,
    ],
    [
      "a model without sense",
      () => changed((contents) => void (contents["model"] = { model_type: "llama", vocab_size: -3 })),
      CheckpointError,
    ],
    ["an option out of range", () => changed((contents) => void ((contents["config"] as { gamma: number }).gamma = 2)), /gamma must be/],
    [
      "an unknown option",
      () => changed((contents) => void ((contents["config"] as Record<string, unknown>)["magic"] = 1)),
      /config.magic: expected no such option/,
    ],
  ])("is refused with %s, although its checksum is right", (_, file, message) => {
    const attempt = () => parseResumeState(file(), tensors());
    expect(attempt).toThrow(CheckpointError);
    expect(attempt).toThrow(message);
  });

  it("is refused with numbers that are not finite", () => {
    const poisoned = new Map(readSafetensors(tensors()).tensors);
    const name = "policy.second_moments.model.norm.weight";
    const { shape, data } = poisoned.get(name) as { shape: number[]; data: Float32Array };
    poisoned.set(name, { shape, data: data.map(() => Number.NaN) });
    const bytes = writeSafetensors(poisoned, "F32");
    const file = changed((contents) => void (contents["tensors"] = { bytes: bytes.length, crc32: crc32(bytes) }));
    expect(() => parseResumeState(file, bytes)).toThrow(/got NaN in policy.second_moments.model.norm.weight/);
  });

  it("is not taken over by another run, which stays as it is", async () => {
    const options = config();
    const unchanged = async (kind: Kind, message: RegExp, other: Parameters<typeof preparedRun>[3] = {}, scenario = "tiny") => {
      const run = await preparedRun(engine, kind, options, other);
      const before: TrainingState = await run.policy.saveState();
      await expect(resumeRun(run, scenario, whole)).rejects.toThrow(message);
      expect(await run.policy.saveState()).toEqual(before);
      run.dispose();
    };
    await unchanged("full", /the scenario "tiny" as saved, got "other"/, {}, "other");
    await unchanged("full", /a model of/, { model: { ...TWO_LAYERS, rmsNormEps: 1e-5 } });
    await unchanged("freeze", /the trained weights \{"kind":"full"\}/);
    await unchanged("full", /base weights with the hash/, { weights: baseWeights(TWO_LAYERS, 4) });
  });
});

it("crc32 is the one of zip", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe("cbf43926");
  expect(crc32(new Uint8Array())).toBe("00000000");
});
