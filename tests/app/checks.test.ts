// The checks' logic: what keeps a run from starting, which values repair a finding, where diff tokens and scale marks lie.

import { describe, expect, it } from "vitest";
import { blockedBy, checksOf, overallOf } from "../../app/checks/checks";
import { scaleOf } from "../../app/checks/evidence/scale";
import { aligned } from "../../app/checks/evidence/alignment";
import { type FixInputs, fixesOf } from "../../app/checks/fixes";
import { type LabConfig, withDefaults } from "../../src/config";
import { adviceGate } from "../../src/gates/adviceGate";
import { batchGate } from "../../src/gates/batchGate";
import { memoryGate } from "../../src/gates/memoryGate";
import { rewardModelGate } from "../../src/gates/rewardModelGate";
import { samplingGate } from "../../src/gates/samplingGate";
import { templateGate, tokenDiff } from "../../src/gates/templateGate";
import { policyKindValues } from "../../src/policyKind";
import type { RewardModelInfo } from "../../src/worker/protocol";

const note = { en: "", vi: "" };
const MODELS: readonly RewardModelInfo[] = [
  { id: "warmth", type: "full", note },
  { id: "warmth-lora", type: "lora", note },
];
const USUAL = withDefaults({
  finetuningType: "full",
  rewardModelType: "full",
  temperature: 1,
  topK: 0,
  topP: 1,
  learningRate: 4e-4,
  ppoBufferSize: 8,
});
const inputs = (changes: Partial<LabConfig>): FixInputs => ({ config: { ...USUAL, ...changes }, usual: USUAL, models: MODELS });
const render = (template: "chat" | "noHeader" | "empty") => ({
  template,
  text: "",
  tokens: { chat: ["<b>", "hi", "<a>"], noHeader: ["<b>", "hi"], empty: ["hi"] }[template],
});

describe("remedies", () => {
  it("none for what passes", () => {
    expect(fixesOf(samplingGate(USUAL), inputs({}))).toEqual([]);
    expect(fixesOf(memoryGate([{ name: "policy", bytes: 1 }], 2), inputs({}))).toEqual([]);
  });

  it("sampling: all at once, or one by one; after them the gate passes", () => {
    const given = inputs({ temperature: 0.7, topK: 50 });
    const fixes = fixesOf(samplingGate(given.config), given);
    expect(fixes.map(({ values }) => values)).toEqual([{ temperature: 1, topK: 0 }, { temperature: 1 }, { topK: 0 }]);
    expect(samplingGate({ ...given.config, ...fixes[0]?.values }).verdict).toBe("pass");
    const one = inputs({ topP: 0.7 });
    expect(fixesOf(samplingGate(one.config), one).map(({ values }) => values)).toEqual([{ topP: 1 }]);
  });

  it("advice: the scenario's own value", () => {
    const given = inputs({ learningRate: 0.5, ppoEpochs: 20 });
    const fixes = fixesOf(adviceGate(given.config, USUAL), given);
    expect(fixes.map(({ values }) => values)).toEqual([{ learningRate: 4e-4 }, { ppoEpochs: 4 }]);
    expect(adviceGate({ ...given.config, ...fixes[0]?.values, ...fixes[1]?.values }, USUAL).verdict).toBe("pass");
  });

  it("batch: the largest buffer that fits, else a smaller minibatch, and enough samples", () => {
    for (const [prompts, changes] of [
      [100, { ppoBufferSize: 64 }],
      [20, { perDeviceTrainBatchSize: 64, ppoBufferSize: 2 }],
      [100, { perDeviceTrainBatchSize: 2, ppoBufferSize: 1 }],
    ] as const) {
      const given = inputs(changes);
      const report = batchGate(given.config, prompts);
      expect(report.verdict).not.toBe("pass");
      const fixed = { ...given.config, ...fixesOf(report, given)[0]?.values };
      expect(batchGate(fixed, prompts).verdict, `${prompts}`).not.toBe("stop");
      expect(fixed).not.toEqual(given.config);
    }
  });

  it("template: whatever is not how the models were trained", () => {
    const given = inputs({ template: "chat", evalTemplate: "empty" });
    const report = templateGate({ training: render("chat"), evaluation: render("empty"), modelTemplate: "chat" });
    expect(fixesOf(report, given).map(({ values }) => values)).toEqual([{ evalTemplate: "chat" }]);
  });

  it("reward model: train the policy alike, or take the scenario's own", () => {
    const given = inputs({ rewardModelType: "lora", rewardModel: "warmth-lora" });
    const report = rewardModelGate({
      type: "lora",
      asked: "warmth-lora",
      found: "warmth-lora",
      finetuningType: "full",
      available: MODELS,
      trainedOnBase: "a",
      policyBase: null,
      hasHead: true,
    });
    expect(fixesOf(report, given).map(({ values }) => values)).toEqual([
      policyKindValues("lora", given.usual),
      { rewardModelType: "full", rewardModel: "" },
    ]);
  });
});

describe("blockedBy", () => {
  const config = withDefaults({});
  const stop = batchGate({ ...config, ppoBufferSize: 256 }, 10);
  const before = { status: "ready", config, runConfig: null, checks: { config, reports: [stop], problem: null }, allowedOrigin: null };

  it("a gate that stops, on these very options", () => {
    expect(blockedBy(before)).toEqual({ kind: "gate", report: stop });
    expect(blockedBy({ ...before, config: { ...config } })).toBeNull();
    expect(blockedBy({ ...before, checks: null })).toBeNull();
  });

  it("never a run under way, but the one after a finished one", () => {
    expect(blockedBy({ ...before, runConfig: config, status: "paused" })).toBeNull();
    expect(blockedBy({ ...before, runConfig: config, status: "finished" })).not.toBeNull();
  });

  it("a reward server without address or leave; the leave is for its origin", () => {
    const api = (rewardModel: string) => ({ ...before, config: { ...config, rewardModelType: "api" as const, rewardModel } });
    expect(blockedBy(api(""))).toEqual({ kind: "address" });
    expect(blockedBy(api("ftp://a/b"))).toEqual({ kind: "address" });
    expect(blockedBy(api("http://127.0.0.1:8000/score"))).toEqual({ kind: "consent", origin: "http://127.0.0.1:8000" });
    expect(blockedBy({ ...api("http://127.0.0.1:8000/x"), allowedOrigin: "http://127.0.0.1:8001" })?.kind).toBe("consent");
    expect(blockedBy({ ...api("http://127.0.0.1:8000/x"), allowedOrigin: "http://127.0.0.1:8000" })).toBeNull();
  });
});

it("the overall verdict is the worst, with how many have it", () => {
  const of = (...verdicts: ("pass" | "warn" | "stop")[]) => overallOf(verdicts.map((verdict) => ({ verdict })));
  expect(of()).toBeNull();
  expect(of("pass", "pass")).toEqual({ verdict: "pass", count: 2 });
  expect(of("pass", "warn", "warn")).toEqual({ verdict: "warn", count: 2 });
  expect(of("stop", "warn", "warn")).toEqual({ verdict: "stop", count: 1 });
});

it("checks that cannot be made say why", async () => {
  const config = withDefaults({});
  expect(await checksOf(config, { inspect: () => Promise.reject(new Error("damaged")) })).toEqual({
    config,
    reports: [],
    problem: "damaged",
  });
});

it("both renderings line up, with a gap where one lacks a token", () => {
  const diff = tokenDiff(["<b>", "hi", "<a>"], ["hi", "<a>"]);
  expect(aligned(diff, "training").map(({ text, mark }) => [text, mark])).toEqual([
    ["<b>", "differs"],
    ["hi", "same"],
    ["<a>", "same"],
  ]);
  expect(aligned(diff, "evaluation").map(({ mark }) => mark)).toEqual(["gap", "same", "same"]);
});

it("a scale keeps its values in order and inside", () => {
  for (const logarithmic of [false, true]) {
    const values = [0, 1e-6, 5e-6, 1e-4, 1.6e-3];
    const places = values.map(scaleOf(values, logarithmic));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places)).toBeLessThanOrEqual(100);
  }
  expect(Number.isFinite(scaleOf([0.2], false)(0.2))).toBe(true);
});
