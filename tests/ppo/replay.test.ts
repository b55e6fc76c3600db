// Recorded runs of the reference on every engine that runs in Node; and records that were tampered with must fail.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine";
import type { NamedTensors } from "../../src/engine/layout";
import { CheckpointError } from "../../src/errors";
import type { ReadFile } from "../../src/model/modelFolder";
import { readSafetensors, writeSafetensors } from "../../src/model/safetensors";
import { type RecordedRun, type RecordedStep, readRecordedRun } from "../../src/ppo/recordedRun";
import { replayRun } from "../../src/ppo/replay";
import { toleranceMultiple, weightDifference } from "../../src/ppo/replayDifference";
import { ENGINES } from "../engine/engines";
import { wasmEngine } from "./tinyRun";

const folder =
  (name: string): ReadFile =>
  (file) =>
    readFile(join(import.meta.dirname, "../golden/runs", name, file));

describe.each(ENGINES)("on %s", (_, create) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await create();
  });
  afterAll(() => engine.dispose());

  it.each(["full", "ragged", "lora"])("the recorded run %s is met far inside its tolerances", async (name) => {
    const idle = engine.memoryInUse();
    const report = await replayRun(await readRecordedRun(folder(name)), engine);
    expect(report.problems).toEqual([]);
    expect(report.steps).toBe(2);
    expect(report.weights.stepsCompared).toBe(2);
    expect(report.statistics.multiple).toBeGreaterThan(0);
    expect(report.statistics.multiple).toBeLessThan(0.1);
    expect(report.scores).toBeLessThan(1e-5);
    expect(report.weights.p999).toBeLessThan(5e-6);
    expect(engine.memoryInUse()).toBe(idle);
  });
});

describe("a tampered record", () => {
  let engine: Engine;
  let run: RecordedRun;
  beforeAll(async () => {
    engine = await wasmEngine();
    run = await readRecordedRun(folder("ragged"));
  });
  afterAll(() => engine.dispose());

  /** The ragged run with its last step changed. */
  const tampered = (change: (step: RecordedStep) => Partial<RecordedStep>): RecordedRun => {
    const last = run.steps[1] as RecordedStep;
    return { ...run, steps: [run.steps[0] as RecordedStep, { ...last, ...change(last) }] };
  };
  const problems = async (changed: RecordedRun) => (await replayRun(changed, engine)).problems.join("; ");
  const scaled = (weights: NamedTensors, factor: number): NamedTensors =>
    new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data: data.map((w) => w * factor) }]));

  it("fails on one wrong statistic and names it", async () => {
    const stats = (step: RecordedStep) => new Map([...step.stats, ["ppo/returns/var", Float64Array.of(0.7)]]);
    expect(await problems(tampered((step) => ({ stats: stats(step) })))).toContain("ppo/returns/var at step 2");
  });

  it("fails on a statistic that the replay does not know", async () => {
    const stats = (step: RecordedStep) => new Map([...step.stats, ["ppo/unheard_of", Float64Array.of(0)]]);
    expect(await problems(tampered((step) => ({ stats: stats(step) })))).toContain("ppo/unheard_of");
  });

  it("fails on a KL coefficient that did not move", async () => {
    expect(await problems(tampered((step) => ({ klCoefAfter: step.klCoefBefore })))).toContain("kl_coef_after at step 2");
  });

  it("fails on other permutations", async () => {
    expect(await problems(tampered((step) => ({ permutations: step.permutations.toReversed() })))).not.toBe("");
  });

  it("fails on another learning rate, score or accumulation flag", async () => {
    expect(await problems(tampered(() => ({ learningRate: 0.003 })))).toContain("weights differ");
    const scores = (step: RecordedStep) => step.scores.map((score, i) => (i === 0 ? score + 0.01 : score));
    expect(await problems(tampered((step) => ({ scores: scores(step) })))).toContain("recomputed scores");
    const full = await readRecordedRun(folder("full"));
    const flags = full.steps.map((step) => ({ ...step, endOfDataloader: false }));
    expect(await problems({ ...full, steps: flags })).toContain("weights");
  });

  it("fails on weights that are 0.1 % off", async () => {
    const theta = (step: RecordedStep) => step.theta && scaled(step.theta, 1.001);
    expect(await problems(tampered((step) => ({ theta: theta(step) })))).toMatch(/^weights differ by .* at the 99.9th percentile/);
  });

  it("fails when early stopping would end elsewhere", async () => {
    const shorter = tampered((step) => ({ permutations: step.permutations.slice(0, 1) }));
    expect(await problems(shorter)).toContain("step 2: the record ends after 1 PPO epochs, the replay would go on");
    const stopping = { ...run, ppo: { early_stopping: true, target_kl: 1e-4 } };
    expect(await problems(stopping)).toContain("step 1: the record ran 2 PPO epochs, the replay 1");
  });

  it("notes options it does not know, and refuses values out of range", async () => {
    await expect(replayRun({ ...run, ppo: { cliprange: "wide" } }, engine)).rejects.toThrow(/cliprange must be/);
    const noted = await replayRun(
      { ...run, args: { ...run.args, output_dir: "x", optim: "adamw_torch" }, ppo: { entropy_coef: 0.1 } },
      engine,
    );
    expect(noted.problems).toEqual([]);
    expect(noted.ignoredOptions).toEqual(["output_dir", "optim", "entropy_coef"]);
  });

  it("goes without scores and with fewer weights when those were not saved", async () => {
    const bare = await replayRun({ ...tampered(() => ({ theta: null })), reward: null }, engine);
    expect(bare.problems).toEqual([]);
    expect(bare.scores).toBeNull();
    expect(bare.weights.stepsCompared).toBe(1);
  });
});

describe("reading a recorded run", () => {
  const changed =
    (file: string, change: (text: string) => string): ReadFile =>
    async (path) => {
      const bytes = await folder("ragged")(path);
      return path === file ? new TextEncoder().encode(change(new TextDecoder().decode(bytes))) : bytes;
    };
  const edit = (change: (json: { steps: Record<string, unknown>[] }) => void) =>
    changed("steps.json", (text) => {
      const json = JSON.parse(text);
      change(json);
      return JSON.stringify(json);
    });

  it("takes Python's bare NaN and Infinity", async () => {
    const run = await readRecordedRun(
      changed("steps.json", (text) =>
        text
          .replace(/"ppo\/std_scores": [\d.e-]+/, '"ppo/std_scores": NaN')
          .replace(/"objective\/kl": [\d.e-]+/, '"objective/kl": -Infinity'),
      ),
    );
    expect(run.steps[0]?.stats.get("ppo/std_scores")).toEqual(Float64Array.of(Number.NaN));
    expect(run.steps[0]?.stats.get("objective/kl")).toEqual(Float64Array.of(Number.NEGATIVE_INFINITY));
  });

  it.each([
    ["token ids outside the vocabulary", { queries: [[99]], responses: [[3]], scores: [0], perms: [[0]] }],
    ["an empty response", { queries: [[3]], responses: [[]], scores: [0], perms: [[0]] }],
    ["counts that differ", { queries: [[3], [4]], responses: [[3], [4]], scores: [0], perms: [] }],
    ["a row twice in a permutation", { queries: [[3], [4]], responses: [[3], [4]], scores: [0, 0], perms: [[0, 0]] }],
    ["text for numbers", { scores: "many" }],
  ])("refuses %s", async (_, change) => {
    await expect(readRecordedRun(edit((json) => Object.assign(json.steps[0] ?? {}, change)))).rejects.toThrow(CheckpointError);
  });

  it("refuses missing files, broken JSON and no steps", async () => {
    const without =
      (missing: string): ReadFile =>
      (file) =>
        file === missing ? Promise.reject(new Error("ENOENT")) : folder("ragged")(file);
    for (const file of ["config.json", "init.safetensors", "steps.json"])
      await expect(readRecordedRun(without(file))).rejects.toThrow(new RegExp(`cannot read ${file}`));
    await expect(readRecordedRun(changed("steps.json", (text) => text.slice(0, 100)))).rejects.toThrow(CheckpointError);
    await expect(readRecordedRun(edit((json) => json.steps.splice(0)))).rejects.toThrow(CheckpointError);
    expect((await readRecordedRun(without("reward.safetensors"))).reward).toBeNull();
  });

  it("tells the finetuning type from the options, or else from the weights", async () => {
    const read = async (name: string, args: object) => {
      const json = JSON.parse(new TextDecoder().decode(await folder(name)("steps.json")));
      const bytes = new TextEncoder().encode(JSON.stringify({ ...json, args }));
      return readRecordedRun(async (file) => (file === "steps.json" ? bytes : folder(name)(file)));
    };
    expect((await read("full", {})).finetuningType).toBe("full");
    const frozen = await read("full", { finetuning_type: "freeze", freeze_trainable_layers: 1, freeze_trainable_modules: "mlp" });
    expect(frozen.policy.parametrisation).toMatchObject({ kind: "freeze", trained: { length: 3 } });
    expect(frozen.steps[0]?.theta?.size).toBe(5);
    expect((await read("lora", {})).policy.parametrisation).toMatchObject({ kind: "lora", rank: 2, scale: 2, targets: { length: 14 } });
    const scaledUp = await read("lora", { finetuning_type: "lora", lora_alpha: 6, use_rslora: true });
    expect(scaledUp.policy.parametrisation).toMatchObject({ scale: 6 / Math.sqrt(2) });
    expect(scaledUp.policy.rewardAdapters.map(({ parametrisation }) => parametrisation)).toMatchObject([
      { scale: 6 / Math.sqrt(2) },
      { scale: 2 },
    ]);
    await expect(read("full", { finetuning_type: "galore" })).rejects.toThrow(CheckpointError);
    await expect(read("full", { finetuning_type: "lora" })).rejects.toThrow(CheckpointError);
  });

  it("refuses adapters of other names, and a reward head without an adapter", async () => {
    const renamed = (rename: (name: string) => string | null): ReadFile => {
      return async (file) => {
        const bytes = await folder("lora")(file);
        if (file !== "init.safetensors") return bytes;
        const tensors = [...readSafetensors(bytes).tensors].flatMap(([name, tensor]) => {
          const other = rename(name);
          return other === null ? [] : [[other, tensor] as const];
        });
        return writeSafetensors(new Map(tensors), "F32");
      };
    };
    await expect(readRecordedRun(renamed((name) => name.replace(".reward.", ".judge.")))).rejects.toThrow(/got judge/);
    await expect(readRecordedRun(renamed((name) => (name.includes(".reward.") ? null : name)))).rejects.toThrow(/no reward adapter/);
    await expect(readRecordedRun(renamed((name) => name.replace(".default.", ".reward2.")))).rejects.toThrow(CheckpointError);
  });
});

describe("a recorded run with adapters", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await wasmEngine();
  });
  afterAll(() => engine.dispose());

  it("does not match under another scale, and names scores or weights", async () => {
    const steps = JSON.parse(new TextDecoder().decode(await folder("lora")("steps.json")));
    const bytes = new TextEncoder().encode(JSON.stringify({ ...steps, args: { ...steps.args, lora_alpha: 8 } }));
    const run = await readRecordedRun(async (file) => (file === "steps.json" ? bytes : folder("lora")(file)));
    const report = await replayRun(run, engine);
    // The reward adapter's own scale is found by its scores; the policy's is the option's.
    expect(report.scores).toBeLessThan(1e-5);
    expect(report.problems.join()).toContain("weights differ");
  });

  it("does not match with another reward head", async () => {
    const run = await readRecordedRun(folder("lora"));
    if (!run.reward || !("head" in run.reward)) throw new Error("expected a reward head");
    const { weight, bias } = run.reward.head;
    const report = await replayRun({ ...run, reward: { head: { weight, bias: bias + 0.01 } } }, engine);
    expect(report.problems).toEqual([expect.stringContaining("recomputed scores differ by 1.00e-2")]);
  });
});

describe("differences", () => {
  it("are multiples of absolute + relative tolerance; NaN equals NaN and nothing else", () => {
    const tolerance = { absolute: 1, relative: 0.5 };
    expect(toleranceMultiple([1, 8], [3, 4], tolerance)).toBeCloseTo(4 / 3, 12);
    expect(toleranceMultiple([Number.NaN], [Number.NaN], tolerance)).toBe(0);
    expect(toleranceMultiple([Number.NaN], [1], tolerance)).toBe(Number.POSITIVE_INFINITY);
    expect(toleranceMultiple([1], [Number.NaN], tolerance)).toBe(Number.POSITIVE_INFINITY);
    expect(toleranceMultiple([Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY], tolerance)).toBe(0);
    expect(toleranceMultiple([1], [Number.POSITIVE_INFINITY], tolerance)).toBe(Number.POSITIVE_INFINITY);
    expect(toleranceMultiple([1, 2], [1], tolerance)).toBe(Number.POSITIVE_INFINITY);
    expect(toleranceMultiple(undefined, [1], tolerance)).toBe(Number.POSITIVE_INFINITY);
  });

  it("of weights take the 99.9th percentile over all tensors", () => {
    const tensor = (data: Float32Array) => ({ shape: [data.length], data });
    const recorded = new Map([
      ["a", tensor(new Float32Array(1500))],
      ["b", tensor(new Float32Array(501))],
    ]);
    const replayed = new Map([
      ["a", tensor(new Float32Array(1500).fill(0.25))],
      ["b", tensor(new Float32Array(501).fill(0.5, 0, 3))],
    ]);
    // 2001 differences; place 0.999 * 2000 = 1998 is the smallest of the three 0.5.
    expect(weightDifference(replayed, recorded)).toEqual({ p999: 0.5, max: 0.5 });
    expect(weightDifference(new Map(), recorded).p999).toBe(Number.POSITIVE_INFINITY);
  });
});
