// Knobs: reading entries, moving them, saying what is wrong in both languages.

import { describe, expect, it } from "vitest";
import { batchOf, entryProblem, knobSpec, type NumberOption, nudged } from "../../app/config/knobs";
import { OPTION_TEXTS, optionHelp, optionName } from "../../app/config/optionTexts";
import { GROUPS, searchOptions } from "../../app/config/optionSearch";
import { parseNumber } from "../../app/config/parseNumber";
import { chosenReward, keyOf, rewardKey, rewardOptions } from "../../app/config/rewardChoices";
import { isLocal, isMixedContent, requestExample, serverOrigin } from "../../app/config/serverAddress";
import { numberWriter } from "../../app/strings/numbers";
import { translator } from "../../app/strings/strings";
import { CONFIG_FIELDS, fieldProblem, FIELDS, withDefaults } from "../../src/config";
import { SCENARIOS } from "../../src/scenarios/catalogue";

const NUMBERS = CONFIG_FIELDS.filter((field) => ["integer", "number"].includes(FIELDS[field].kind)) as NumberOption[];

describe("parseNumber", () => {
  it.each([
    ["5e-4", 0.0005],
    ["0.2", 0.2],
    [" 0,2 ", 0.2],
    [".5", 0.5],
    ["-1", -1],
    ["−1", -1],
    ["1E3", 1000],
  ])("reads %s", (text, value) => expect(parseNumber(text)).toBe(value));

  it.each(["", "abc", "1 000", "1,2,3", "0x10", "Infinity", "NaN", "1e999", "5e", "--1"])("refuses %s", (text) =>
    expect(parseNumber(text)).toBeNull(),
  );
});

describe("nudged", () => {
  it.each([
    ["learningRate", 5e-4, 1, 1e-3],
    ["learningRate", 5e-4, -1, 2e-4],
    ["learningRate", 1e-3, -1, 5e-4],
    ["learningRate", 3e-4, 1, 5e-4],
    ["learningRate", 1, 1, 1],
    ["initKlCoef", 0, 1, 0.01],
    ["initKlCoef", 0, -1, 0],
    ["cliprange", 0.2, 1, 0.25],
    ["cliprange", 0.05, -1, 0.05],
    ["ppoEpochs", 1, -1, 1],
    ["perDeviceTrainBatchSize", 16, 1, 32],
    ["perDeviceTrainBatchSize", 1, -1, 1],
    ["temperature", 1, -1, 0.9],
    ["topK", 1, -1, 0],
    ["topK", 0, 1, 1],
    ["maxSamples", null, 1, 1],
    ["maxGradNorm", null, -1, 1],
    ["oftBlockSize", 0, 1, 1],
  ] as const)("%s of %s, %d, is %d", (field, value, direction, expected) => {
    expect(nudged(field, value, direction)).toBe(expected);
  });

  it("never leaves what the configuration allows", () => {
    for (const field of NUMBERS)
      for (const direction of [1, -1] as const) {
        let value = withDefaults({})[field];
        for (let i = 0; i < 60; i++) {
          value = nudged(field, value, direction);
          expect(fieldProblem(field, value), `${field} ${value}`).toBeNull();
        }
      }
  });
});

describe("entryProblem", () => {
  const t = translator("en");
  const numbers = numberWriter("en");

  it("agrees with the configuration's own check", () => {
    for (const field of NUMBERS) {
      const { min, max } = knobSpec(field);
      for (const value of [min, max, min - 1, max + 1, (min + max) / 2, 0.5])
        expect(entryProblem(field, value, 1, t, numbers) === null, `${field} ${value}`).toBe(
          fieldProblem(field, value) === null && !(field === "maxSteps" && value === 0),
        );
    }
  });

  it("says what is wrong and what stays, in the language of the page", () => {
    expect(entryProblem("cliprange", null, 0.2, t, numbers)).toBe("Enter a number. 0.2 stays in force.");
    expect(entryProblem("ppoEpochs", 2.5, 4, t, numbers)).toBe("Enter a whole number. 4 stays in force.");
    expect(entryProblem("cliprange", -1, 0.2, t, numbers)).toBe("Must be above 0, up to 10. 0.2 stays in force.");
    expect(entryProblem("cliprange", -1, 0.2, translator("vi"), numberWriter("vi"))).toBe(
      "Phải nằm trong khoảng: trên 0, tối đa 10. Giá trị 0,2 vẫn được dùng.",
    );
  });
});

it("batch is the product of its three factors", () => {
  expect(batchOf(withDefaults({ perDeviceTrainBatchSize: 16, gradientAccumulationSteps: 2, ppoBufferSize: 4 }))).toBe(128);
});

describe("the texts of the options", () => {
  it("name and explain every option in both languages, differently", () => {
    for (const field of CONFIG_FIELDS) {
      const { en, vi, help } = OPTION_TEXTS[field];
      for (const text of [en, vi, help]) expect(text.trim().length, field).toBeGreaterThan(0);
      expect(help, field).not.toBe(FIELDS[field].help);
      expect(optionHelp(field, "en")).toBe(FIELDS[field].help);
    }
  });

  it("have no name twice", () => {
    for (const language of ["en", "vi"] as const) {
      const names = CONFIG_FIELDS.map((field) => optionName(field, language));
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

describe("searching the options", () => {
  it("finds by name, reference name and help, all words, in the page's language", () => {
    expect(searchOptions("", "en")).toEqual(CONFIG_FIELDS);
    expect(searchOptions("learning_rate", "en")[0]).toBe("learningRate");
    expect(searchOptions("KL target", "en")).toContain("ppoTarget");
    expect(searchOptions("zzz", "en")).toEqual([]);
    expect(searchOptions("tốc độ học", "vi")).toContain("learningRate");
  });

  it("does not mind accents", () => {
    expect(searchOptions("toc do hoc", "vi")).toEqual(searchOptions("tốc độ học", "vi"));
    expect(searchOptions("dau gia tri", "vi")).toContain("summaryDropoutProb");
  });

  it("has every group", () => {
    expect(new Set(CONFIG_FIELDS.map((field) => FIELDS[field].group))).toEqual(new Set(GROUPS));
  });
});

describe("choosing a reward", () => {
  it.each(SCENARIOS.map(({ id, ...scenario }) => [id, scenario] as const))(
    "%s: every choice is found again, its own counts as unchanged",
    (_, scenario) => {
      const models = scenario.rewardModels.map(({ id, type, note }) => ({ id, type, note }));
      const usual = withDefaults(scenario.defaults);
      for (const model of models) {
        const config = { ...usual, ...rewardOptions(keyOf(model), usual, models, usual) };
        expect(rewardKey(config, models)).toBe(keyOf(model));
        expect(chosenReward(config, models)).toBe(model);
        if (model.type === "lora" || model.type === "oft") expect(config.finetuningType).toBe(model.type);
      }
      const own = rewardKey(usual, models);
      expect(own).not.toBeNull();
      expect({ ...usual, ...rewardOptions(own ?? "", usual, models, usual) }).toEqual(usual);
    },
  );

  it("a server keeps its address, nothing else becomes one", () => {
    const config = withDefaults({ rewardModelType: "full", rewardModel: "warmth" });
    expect(rewardOptions("api", config, [], config)).toEqual({ rewardModelType: "api", rewardModel: "" });
    const asked = { ...config, rewardModelType: "api" as const, rewardModel: "http://a/b" };
    expect(rewardOptions("api", asked, [], config)).toEqual({ rewardModelType: "api", rewardModel: "http://a/b" });
    expect(rewardKey({ rewardModelType: "oft", rewardModel: "" }, [])).toBeNull();
  });
});

describe("reward servers' addresses", () => {
  it.each([
    ["http://127.0.0.1:8000/v1/score/evaluation", "http://127.0.0.1:8000"],
    ["https://Example.org/x?y", "https://example.org"],
    ["127.0.0.1:8000", null],
    ["ftp://example.org", null],
    ["http://user:secret@example.org", null],
    ["javascript:alert(1)", null],
    ["", null],
  ])("%s has the origin %s", (address, origin) => expect(serverOrigin(address)).toBe(origin));

  it.each(["http://localhost:8000", "http://127.0.0.1", "http://[::1]:1", "http://192.168.1.5", "http://172.20.0.1", "http://pi.local"])(
    "%s is near",
    (origin) => {
      expect(isLocal(origin)).toBe(true);
      expect(isMixedContent(origin, "https:")).toBe(false);
    },
  );
  it.each(["http://example.org", "http://172.32.0.1", "http://11.0.0.1"])("%s is not, and https pages cannot ask it", (origin) => {
    expect(isLocal(origin)).toBe(false);
    expect(isMixedContent(origin, "https:")).toBe(true);
    expect(isMixedContent(origin, "http:")).toBe(false);
  });

  it("a request is what the server gets", () => {
    expect(JSON.parse(requestExample(["a", "b"]))).toEqual({ model: "model", messages: ["a", "b"] });
  });
});
