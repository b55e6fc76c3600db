import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withDefaults } from "../../src/config";
import { adviceGate } from "../../src/gates/adviceGate";
import { batchGate } from "../../src/gates/batchGate";
import { memoryGate } from "../../src/gates/memoryGate";
import { rewardModelGate, type RewardModelInputs } from "../../src/gates/rewardModelGate";
import { samplingGate } from "../../src/gates/samplingGate";
import { templateGate, tokenDiff } from "../../src/gates/templateGate";
import { fingerprintOf, vocabularyGate, type VocabularyView } from "../../src/gates/vocabularyGate";

const special = { bos: 0, eos: 1, pad: 2 };
const view = (tokens: readonly string[], sample: readonly number[] = [3, 4]): VocabularyView => ({ tokens, special, sample });
const words = ["<b>", "<e>", "<p>", "good", "film", "bad"];

describe("the vocabulary gate", () => {
  const ask = (reward: VocabularyView | null, differences: readonly string[] = [], allowMismatch = false) =>
    vocabularyGate({ sampleText: "good film", policy: view(words), reward, differences, allowMismatch });

  it("passes one vocabulary, and a reward that reads text", () => {
    expect(ask(view(words))).toMatchObject({ verdict: "pass", evidence: { firstDifference: null, misread: null } });
    expect(ask(null)).toMatchObject({ verdict: "pass", evidence: { reward: null } });
  });

  it("stops another vocabulary and shows what the reward model would read", () => {
    const other = view(["<b>", "<e>", "<p>", "bad", "film", "good"], [5, 4]);
    const differences = ['token 3 "good" and "bad"'];
    const { verdict, evidence, finding } = ask(other, differences);
    expect(verdict).toBe("stop");
    expect(evidence).toMatchObject({ firstDifference: 3, misread: ["bad", "film"] });
    expect(evidence.policy.fingerprint).not.toBe(evidence.reward?.fingerprint);
    expect(evidence.reward?.sample).toEqual([
      { id: 5, text: "good" },
      { id: 4, text: "film" },
    ]);
    expect(finding.en).toContain(differences[0]);
    expect(ask(other, differences, true).verdict).toBe("warn");
  });

  it("reads ids beyond a smaller vocabulary from its start again", () => {
    expect(ask(view(words.slice(0, 4)), ["vocabulary size 6 and 4"]).evidence).toMatchObject({
      firstDifference: 4,
      misread: ["good", "<b>"],
    });
  });

  it("stops equal words with other special ids", () => {
    const other = { ...view(words), special: { ...special, eos: 2 } };
    expect(ask(other, ["EOS id 1 and 2"])).toMatchObject({ verdict: "stop", evidence: { firstDifference: null } });
  });

  it("hashes tokens by content and order", () => {
    expect(fingerprintOf(["a", "b"])).toMatch(/^[0-9a-f]{8}$/);
    expect(new Set([["a", "b"], ["b", "a"], ["ab"], ["a", "b", ""]].map(fingerprintOf)).size).toBe(4);
  });
});

describe("the template gate", () => {
  const rendering = (template: "chat" | "noHeader" | "empty", text: string) => ({ template, text, tokens: text.split(" ") });
  const chat = rendering("chat", "<u> hello <a>");

  it("passes equal renderings of the models' template", () => {
    expect(templateGate({ training: chat, evaluation: chat, modelTemplate: "chat" })).toMatchObject({
      verdict: "pass",
      evidence: { diff: [{ kind: "both", tokens: ["<u>", "hello", "<a>"] }] },
    });
  });

  it("warns of a difference and shows it token by token", () => {
    const { verdict, evidence } = templateGate({
      training: chat,
      evaluation: rendering("empty", "hello there"),
      modelTemplate: "chat",
    });
    expect(verdict).toBe("warn");
    expect(evidence.diff).toEqual([
      { kind: "training", tokens: ["<u>"] },
      { kind: "both", tokens: ["hello"] },
      { kind: "training", tokens: ["<a>"] },
      { kind: "evaluation", tokens: ["there"] },
    ]);
  });

  it("warns when both differ from what the models learnt", () => {
    const bare = rendering("empty", "hello");
    expect(templateGate({ training: bare, evaluation: bare, modelTemplate: "chat" }).verdict).toBe("warn");
  });

  it("gives both sides back from any diff", () => {
    const tokens = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });
    fc.assert(
      fc.property(tokens, tokens, (training, evaluation) => {
        const parts = tokenDiff(training, evaluation);
        const side = (own: string) => parts.filter(({ kind }) => kind === own || kind === "both").flatMap((part) => part.tokens);
        expect(side("training")).toEqual(training);
        expect(side("evaluation")).toEqual(evaluation);
      }),
    );
  });
});

describe("the batch gate", () => {
  const config = withDefaults({ perDeviceTrainBatchSize: 16, gradientAccumulationSteps: 2, ppoBufferSize: 4, maxSteps: 10, ppoEpochs: 3 });

  it("does the arithmetic", () => {
    expect(batchGate(config, 300)).toMatchObject({
      verdict: "pass",
      evidence: { batchSize: 128, updatesPerStep: 12, dropped: 300 - 256, sizes: { totalSteps: 10, batchesPerEpoch: 2 } },
    });
  });
  it("stops fewer prompts than a batch (Q28), maxSamples counted", () => {
    expect(batchGate(config, 127)).toMatchObject({ verdict: "stop", evidence: { sizes: null, dropped: 127 } });
    expect(batchGate({ ...config, maxSamples: 100 }, 300).verdict).toBe("stop");
    expect(batchGate({ ...config, maxSamples: 100 }, 300).finding.en).toContain("16 x 2 x 4 = 128");
  });
  it("warns of a tiny batch", () => {
    expect(batchGate({ ...config, ppoBufferSize: 1, gradientAccumulationSteps: 1, perDeviceTrainBatchSize: 4 }, 300).verdict).toBe("warn");
  });
});

describe("the sampling gate", () => {
  it("passes pure sampling and names every option that is off", () => {
    const pure = withDefaults({ temperature: 1, topK: 0, topP: 1 });
    expect(samplingGate(pure).verdict).toBe("pass");
    expect(samplingGate({ ...pure, temperature: 2 })).toMatchObject({ verdict: "warn" });
    expect(samplingGate(withDefaults({})).finding.en).toContain("temperature 0.95 (1), topK 50 (0), topP 0.7 (1)");
    expect(samplingGate({ ...pure, doSample: false }).verdict).toBe("warn");
  });
});

describe("the advice gate", () => {
  const tried = { learningRate: 4e-4, initKlCoef: 0.4, ppoTarget: 2.5 };
  const config = withDefaults({ ...tried, finetuningType: "full" });
  it("knows that adapters take larger steps", () => {
    expect(adviceGate({ ...config, finetuningType: "lora", learningRate: 2e-3 }, tried).verdict).toBe("pass");
    expect(adviceGate({ ...config, learningRate: 2e-3 }, tried).verdict).toBe("warn");
  });
  it("passes the tried values and warns of each that leaves its range", () => {
    expect(adviceGate(config, tried).verdict).toBe("pass");
    for (const values of [{ learningRate: 5e-3 }, { ppoEpochs: 16 }, { initKlCoef: 0 }, { cliprange: 2 }]) {
      const { verdict, evidence } = adviceGate({ ...config, ...values }, tried);
      expect(verdict).toBe("warn");
      expect(evidence.rows.filter(({ inside }) => !inside).map(({ field }) => field)).toEqual(Object.keys(values));
    }
  });
});

describe("the memory gate", () => {
  it("stops what does not fit, with the sum", () => {
    const parts = [
      { name: "policy", bytes: 3_000_000 },
      { name: "reference", bytes: 1_000_000 },
    ] as const;
    expect(memoryGate(parts, 4_000_000)).toMatchObject({ verdict: "pass", evidence: { totalBytes: 4_000_000 } });
    expect(memoryGate(parts, 3_999_999).verdict).toBe("stop");
  });
});

describe("the reward model gate", () => {
  const inputs: RewardModelInputs = {
    type: "lora",
    asked: "warmth-lora",
    found: "warmth-lora",
    finetuningType: "lora",
    available: [{ id: "warmth-lora", type: "lora" }],
    trainedOnBase: "abc",
    policyBase: "abc",
    hasHead: true,
  };
  it.each([
    [{}, "pass", null],
    [{ policyBase: "xyz" }, "stop", "otherBase"],
    [{ trainedOnBase: null }, "warn", "unknownBase"],
    [{ hasHead: false }, "stop", "noHead"],
    [{ finetuningType: "full" }, "stop", "needsAdapterPolicy"],
    [{ found: null }, "stop", "unknownName"],
    [{ type: "full", hasHead: false, finetuningType: "full" }, "stop", "noHead"],
    [{ type: "rule", hasHead: false }, "pass", null],
    [{ type: "api", asked: "" }, "stop", "noAddress"],
    [{ type: "api", asked: "http://127.0.0.1:8000/v1/score/evaluation", found: null }, "pass", null],
  ] as const)("%j is a %s", (changes, verdict, problem) => {
    const result = rewardModelGate({ ...inputs, ...changes });
    expect(result).toMatchObject({ verdict, evidence: { problem } });
    expect(result.finding.vi).not.toBe(result.finding.en);
  });
});
