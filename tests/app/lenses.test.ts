// The explanations are complete, the places they name exist, and the numbers in the formulas are those of the record.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { stageFormula } from "../../app/lenses/formulas";
import { withScripts } from "../../app/lenses/scripts";
import { configAt } from "../../app/lenses/shownConfig";
import { fillSlots, SLOT_NAMES } from "../../app/lenses/slots";
import { branchOf, stageNumbers, texNumber } from "../../app/lenses/stageNumbers";
import { codePlaces, referenceUrl, STAGE_CODE, STAGES } from "../../app/lenses/stages";
import { lensTexts as en } from "../../app/lenses/texts/en";
import { lensTexts as vi } from "../../app/lenses/texts/vi";
import { tokenAt } from "../../app/lenses/tokenAt";
import { TOPIC_LINKS } from "../../app/lenses/topicLinks";
import { topicIdOf, topicOf, TOPICS } from "../../app/lenses/topics";
import { technicalNames, topicValue } from "../../app/lenses/topicValue";
import { type StepData, stepDataOf } from "../../app/run/stepData";
import { numberWriter } from "../../app/strings/numbers";
import { LENSES } from "../../app/view/viewState";
import { CONFIG_FIELDS, type LabConfig, REFERENCE_DEFAULTS } from "../../src/config";
import type { MinibatchRecord, StepRecord } from "../../src/records";
import { computeAdvantages } from "../../src/ppo/advantages";
import { computeRewards } from "../../src/ppo/rewards";
import { fakeRecord } from "./fakeRun";

const numbers = numberWriter("en");
const CONFIGS: readonly LabConfig[] = [
  REFERENCE_DEFAULTS,
  {
    ...REFERENCE_DEFAULTS,
    klPenalty: "full",
    rewardModelType: "rule",
    doSample: false,
    ppoScoreNorm: true,
    maxGradNorm: null,
    adapKlCtrl: false,
  },
  { ...REFERENCE_DEFAULTS, klPenalty: "mse", rewardModelType: "api" },
  { ...REFERENCE_DEFAULTS, klPenalty: "abs", rewardModelType: "full" },
  { ...REFERENCE_DEFAULTS, rewardModelType: "oft" },
];

describe("texts", () => {
  // Vietnamese writes a word in one to three syllables with spaces between.
  it.each([
    ["English", en, 35, 70],
    ["Vietnamese", vi, 45, 100],
  ] as const)("%s: one short paragraph a topic and lens, all different", (_, texts, least, most) => {
    const all: string[] = [];
    for (const id of TOPICS)
      for (const lens of LENSES) {
        const text = texts[id][lens];
        const words = text.split(/\s+/).length;
        expect(words, `${id}, ${lens}: ${words} words`).toBeGreaterThanOrEqual(least);
        expect(words, `${id}, ${lens}: ${words} words`).toBeLessThanOrEqual(most);
        all.push(text);
      }
    expect(new Set(all).size).toBe(3 * TOPICS.length);
  });

  it("knows every slot, and fills it", () => {
    for (const texts of [en, vi])
      for (const id of TOPICS)
        for (const lens of LENSES) {
          for (const [, slot] of texts[id][lens].matchAll(/\{(\w+)\}/g)) expect(SLOT_NAMES).toContain(slot);
          expect(fillSlots(texts[id][lens], REFERENCE_DEFAULTS, numbers)).not.toMatch(/[{}]|undefined/);
        }
    expect(fillSlots("{batch} {lower} {upper} {betaStep} {none}", REFERENCE_DEFAULTS, numbers)).toBe("8 0.8 1.2 0.016 % {none}");
  });
});

describe("withScripts", () => {
  const scripts = (text: string) => withScripts(text).flatMap(({ kind, text: index }) => (kind === "plain" ? [] : [`${kind} ${index}`]));

  it("finds indices and powers, and leaves file names alone", () => {
    expect(scripts("π(a_t | q, a_<t) under π_ref, (γλ)^l, γ^(T−t), Σ_v, A_(t+1)")).toEqual([
      ...["sub t", "sub <t", "sub ref", "sup l", "sup T−t", "sub v", "sub t+1"],
    ]);
    expect(scripts("trainer_log.jsonl, ppo/val/var_explained, 1e-6, V²")).toEqual([]);
  });

  it("leaves no mark behind in any text", () => {
    for (const texts of [en, vi])
      for (const id of TOPICS)
        for (const lens of LENSES)
          for (const { kind, text } of withScripts(texts[id][lens]))
            if (kind === "plain") expect(text.replace("trainer_log", ""), `${id}, ${lens}`).not.toMatch(/[_^]/);
  });
});

describe("topics", () => {
  it("lead to themselves, and to known neighbours and stages", () => {
    for (const id of TOPICS) {
      expect(topicIdOf(topicOf(id))).toBe(id);
      const { stages, neighbours } = TOPIC_LINKS[id];
      expect(stages.length).toBeGreaterThan(0);
      expect(neighbours).not.toContain(id);
      for (const name of technicalNames(id)) expect(name).not.toBe("");
    }
    expect(technicalNames("earlyStopping")).toEqual(["early_stopping", "target_kl"]);
  });

  it("stand in for their parts; unknown ones have no text", () => {
    expect(topicIdOf({ kind: "option", id: "ppoBufferSize" })).toBe("batch");
    expect(topicIdOf({ kind: "metric", id: "lab/gold_topic" })).toBe("lab/gold");
    expect(topicIdOf({ kind: "metric", id: "learningRate" })).toBeNull();
    expect(topicIdOf({ kind: "option", id: "objective/kl" })).toBeNull();
    expect(topicIdOf({ kind: "option", id: "weightDecay" })).toBeNull();
  });

  it("option topics are options", () => {
    for (const id of TOPICS) {
      const { kind } = topicOf(id);
      if (kind === "option" && id !== "batch") expect(CONFIG_FIELDS as readonly string[]).toContain(id);
    }
    expect(topicValue("batch", REFERENCE_DEFAULTS, null)).toEqual({ kind: "option", value: 8 });
    expect(topicValue("objective/kl", REFERENCE_DEFAULTS, { "objective/kl": 2 })).toEqual({ kind: "metric", value: 2 });
    expect(topicValue("objective/kl", REFERENCE_DEFAULTS, null)).toBeNull();
    expect(topicValue("rollout", REFERENCE_DEFAULTS, null)).toBeNull();
  });
});

describe("code places", () => {
  it("name files of this project that export what is named", () => {
    for (const stage of STAGES)
      for (const engine of ["wasm", "webgpu", "tfjs-cpu", null] as const)
        for (const config of CONFIGS)
          for (const { file, name } of codePlaces(stage, engine, config)) {
            expect(existsSync(file), file).toBe(true);
            expect(readFileSync(file, "utf8"), `${name} in ${file}`).toMatch(new RegExp(`export (async )?(function\\*?|const) ${name}\\b`));
          }
  });

  it("point to lines of the reference that the address names", () => {
    for (const stage of STAGES)
      for (const place of STAGE_CODE[stage].reference) {
        const url = referenceUrl(place);
        expect(url).toContain(place.file);
        if (place.lines !== null) expect(url).toMatch(new RegExp(`#L${place.lines[0]}-L${place.lines[1]}$`));
      }
    expect(STAGE_CODE.scoring.reference[0]).toMatchObject({ lines: [388, 419], name: "get_rewards" });
  });
});

describe("configAt", () => {
  it("takes back what changed after the step, newest first", () => {
    const marker = (step: number, from: number, to: number) => ({ step, changes: [{ field: "cliprange", from, to }] as const });
    const config = { ...REFERENCE_DEFAULTS, cliprange: 0.4 };
    const markers = [marker(3, 0.2, 0.3), marker(5, 0.3, 0.4)];
    // Markers count steps from 1: the change of step 3 is in force for step 2 counted from 0.
    expect([0, 1, 2, 3, 4, 9].map((step) => configAt(config, markers, step).cliprange)).toEqual([0.2, 0.2, 0.3, 0.3, 0.4, 0.4]);
  });
});

/** Two rows of one prompt token and two response tokens, rewards and advantages as the trainer makes them. */
function smallStep(config: LabConfig): StepData {
  const columns = 2;
  const mask = Float32Array.of(1, 1, 1, 1);
  const logprobs = Float32Array.of(-1, -0.5, -2, -0.25);
  const refLogprobs = Float32Array.of(-1.5, -0.5, -1, -0.75);
  const kl = logprobs.map((logprob, i) => logprob - (refLogprobs[i] ?? 0));
  const scores = Float32Array.of(2, -1);
  const { rewards } = computeRewards({ kl, mask, scores, klCoef: 0.5 });
  const { gamma, lam, baseline } = config;
  const values = Float32Array.of(0.5, 1, -0.25, 0);
  const credit = computeAdvantages({
    values,
    rewards,
    mask,
    batch: 2,
    gamma,
    lam,
    baseline,
    whitenRewards: false,
    noRemaskAfterWhitening: false,
  });
  const minibatch = {
    rows: Int32Array.of(1, 0),
    ratio: Float32Array.of(1, 1, 1.5, 1.1),
    newLogprobs: Float32Array.of(-2, -0.25, -1 + Math.log(1.5), -0.5 + Math.log(1.1)),
    newValues: Float32Array.of(0, 0, 1, 1.05),
    gradNorm: 4,
    stats: { "loss/policy": -0.1, "loss/value": 0.5, "loss/total": -0.05 },
  } as unknown as MinibatchRecord;
  const record: StepRecord = {
    ...fakeRecord(0, 1, config),
    batch: 2,
    seq: columns + 1,
    queries: [Int32Array.of(7), Int32Array.of(7)],
    responses: [Int32Array.of(3, 4), Int32Array.of(5, 6)],
    ...{ mask, logprobs, refLogprobs, kl, rewards, scores, scaledScores: scores, klCoef: 0.5 },
    ...credit,
    minibatches: [minibatch],
    stats: { "objective/kl": 0.25, "ppo/loss/total": -0.05 },
  };
  return stepDataOf(record);
}

describe("stageNumbers", () => {
  const config: LabConfig = { ...REFERENCE_DEFAULTS, gamma: 1, lam: 0.5, cliprange: 0.2, cliprangeValue: 0.2 };
  const step = smallStep(config);
  const n = (x: number): string => texNumber(numbers.precise(x));
  const linesOf = (stage: (typeof STAGES)[number], index: number | null) =>
    stageNumbers(stage, { step, token: tokenAt(step, 0, index, 0), config, n })?.lines ?? [];

  it("puts log-ratio, price and score into the rewards", () => {
    expect(linesOf("rewards", 0)).toEqual([
      String.raw`k_t = -1 - (-1.5) = 0.5`,
      String.raw`R_t = -0.5\cdot 0.5 = -0.25`,
      String.raw`R_{\mathrm{last}} = -0.5\cdot 0 + 2 = 2`,
    ]);
    expect(linesOf("rewards", 1)).toHaveLength(2);
  });

  it("unrolls one line of GAE that adds up", () => {
    // Last token: delta = 2 - 1 = 1 = A. First: delta = -0.25 + 1 - 0.5 = 0.25, A = 0.25 + 0.5 * 1 = 0.75, G = 1.25.
    expect(linesOf("advantages", 0).slice(0, 3)).toEqual([
      String.raw`\delta_t = -0.25 + 1\cdot 1 - 0.5 = 0.25`,
      String.raw`A_t = 0.25 + 1\cdot 0.5\cdot 1 = 0.75`,
      String.raw`G_t = 0.75 + 0.5 = 1.25`,
    ]);
  });

  it("finds the row inside the minibatch and says which branch counts", () => {
    const token = tokenAt(step, 0, 0, 0);
    expect(token?.update?.ratio).toBe(1.5);
    const first = stageNumbers("policyLoss", { step, token, config, n });
    // The advantage of this token is positive or negative; a ratio of 1.5 is clipped only where that gains.
    const advantage = token?.credit?.advantage ?? 0;
    expect(first?.branch).toBe(advantage > 0 ? "clipped" : "unclipped");
    expect(stageNumbers("policyLoss", { step, token: tokenAt(step, 0, 1, 0), config, n })?.branch).toBe("same");
    expect(linesOf("optimizer", 0).slice(0, 2)).toEqual([
      String.raw`\lVert g\rVert = 4,\quad c = 1`,
      String.raw`\min(1,\; c/\lVert g\rVert) = 0.25`,
    ]);
  });

  it("has a formula for every stage and numbers for every stage of a finished step", () => {
    for (const one of CONFIGS)
      for (const stage of STAGES) {
        expect(stageFormula(stage, one).length).toBeGreaterThan(0);
        for (const line of stageNumbers(stage, { step, token: tokenAt(step, 0, 0, 0), config: one, n })?.lines ?? [])
          expect(line).not.toMatch(/NaN|undefined|null/);
      }
    const nothing: StepData = { step: 0, growing: [], rollout: null, scoring: null, credit: null, minibatches: [], record: null };
    expect(tokenAt(nothing, 0, 0, 0)).toBeNull();
    for (const stage of STAGES.slice(1)) expect(stageNumbers(stage, { step: nothing, token: null, config, n })).toBeNull();
  });

  it("a clipped loss counts only when strictly larger", () => {
    expect(branchOf(1, 2, true)).toBe("clipped");
    expect(branchOf(2, 1, true)).toBe("unclipped");
    expect(branchOf(1, 1, false)).toBe("same");
  });

  it("writes numbers for TeX", () => {
    expect([numbers.precise(-0.5), numbers.precise(1.25e-5), numberWriter("vi").precise(0.5)].map(texNumber)).toEqual([
      "-0.5",
      String.raw`1.25\cdot 10^{-5}`,
      "0{,}5",
    ]);
  });
});
