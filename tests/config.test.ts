import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONFIG_FIELDS, FIELDS, fieldProblem, quirksOf, REFERENCE_DEFAULTS, runSizes, validateConfig, withDefaults } from "../src/config";
import { ConfigError } from "../src/errors";

describe("fields", () => {
  test("every field has one sentence of help and a valid default", () => {
    for (const name of CONFIG_FIELDS) {
      const { help, default: value } = FIELDS[name];
      expect(help, name).toMatch(/^[A-Z].*\.$/);
      expect(fieldProblem(name, value), name).toBeNull();
      expect(REFERENCE_DEFAULTS[name], name).toBe(value);
    }
  });
  test("the reference's defaults are those of the fact sheet, sections 2.1 to 2.4", () => {
    expect(REFERENCE_DEFAULTS).toMatchObject({
      ppoBufferSize: 1,
      ppoEpochs: 4,
      ppoScoreNorm: false,
      ppoTarget: 6,
      ppoWhitenRewards: false,
      temperature: 0.95,
      topP: 0.7,
      topK: 50,
      maxNewTokens: 1024,
      maxLength: 1024,
      repetitionPenalty: 1,
      learningRate: 5e-5,
      initKlCoef: 0.2,
      adapKlCtrl: true,
      klPenalty: "kl",
      horizon: 10000,
      gamma: 1,
      lam: 0.95,
      cliprange: 0.2,
      cliprangeValue: 0.2,
      vfCoef: 0.1,
      earlyStopping: false,
      targetKl: 1,
      ratioThreshold: 10,
      scoreClip: null,
    });
  });
});

describe("validation", () => {
  test("names every wrong field at once", () => {
    const config = withDefaults({ temperature: 0, ppoEpochs: 1.5, klPenalty: "squared" as "kl" });
    expect(() => validateConfig(config)).toThrow(ConfigError);
    expect(() => validateConfig(config)).toThrow(/temperature.*more than 0.*klPenalty.*kl, abs, mse, full.*ppoEpochs.*whole number/s);
    expect(() => validateConfig(REFERENCE_DEFAULTS)).not.toThrow();
  });
  test("bounds: the ends belong to the range unless exclusive", () => {
    expect(fieldProblem("gamma", 0)).toBeNull();
    expect(fieldProblem("gamma", 1)).toBeNull();
    expect(fieldProblem("gamma", 1.0001)).not.toBeNull();
    expect(fieldProblem("topP", 0)).not.toBeNull();
    expect(fieldProblem("maxGradNorm", null)).toBeNull();
    expect(fieldProblem("cliprange", null)).not.toBeNull();
    expect(fieldProblem("useScoreNorm", null)).toBeNull();
    expect(fieldProblem("doSample", 1)).not.toBeNull();
    expect(() => validateConfig(withDefaults({ maxSteps: 0 }))).toThrow(/maxSteps/);
  });
  test("no number field lets NaN, infinities or text pass", () => {
    const numeric = CONFIG_FIELDS.filter((name) => FIELDS[name].kind === "number" || FIELDS[name].kind === "integer");
    fc.assert(
      fc.property(fc.constantFrom(...numeric), fc.constantFrom(NaN, Infinity, -Infinity, "1", [1], {}, undefined), (name, value) => {
        expect(fieldProblem(name, value)).not.toBeNull();
      }),
    );
  });
});

describe("quirks", () => {
  test("all are off by default, all on in reference mode, and each has its own switch", () => {
    expect(Object.values(quirksOf(REFERENCE_DEFAULTS))).toEqual(Array.from({ length: 8 }, () => false));
    expect(Object.values(quirksOf(withDefaults({ referenceMode: true })))).toEqual(Array.from({ length: 8 }, () => true));
    const switches = CONFIG_FIELDS.filter((name) => /^q\d+/.test(name));
    const turnedOn = switches.map((name) => Object.entries(quirksOf(withDefaults({ [name]: true }))).filter(([, on]) => on));
    expect(turnedOn.map((on) => on.length)).toEqual(switches.map(() => 1));
    expect(new Set(turnedOn.map(([first]) => first?.[0])).size).toBe(8);
  });
});

describe("run sizes", () => {
  const base = { perDeviceTrainBatchSize: 4, gradientAccumulationSteps: 2, ppoBufferSize: 3 };
  test("minibatch 4 x accumulation 2 x buffer 3 = 24 samples a step", () => {
    // 100 prompts: 4 whole batches a pass (4 left over); 3 passes make 12 steps; the reference's horizon rounds 100 / 24 up to 5.
    expect(runSizes(withDefaults(base), 100)).toEqual({
      miniBatchSize: 4,
      backwardBatchSize: 8,
      batchSize: 24,
      batchesPerEpoch: 4,
      totalSteps: 12,
      schedulerHorizon: 12,
    });
    expect(runSizes(withDefaults({ ...base, q15CeilHorizon: true }), 100).schedulerHorizon).toBe(15);
  });
  test("a step limit wins over epochs, maxSamples over the prompts", () => {
    expect(runSizes(withDefaults({ ...base, maxSteps: 5 }), 100)).toMatchObject({ totalSteps: 5, schedulerHorizon: 5 });
    expect(runSizes(withDefaults({ ...base, maxSamples: 48 }), 100)).toMatchObject({ batchesPerEpoch: 2, totalSteps: 6 });
  });
  test("fewer prompts than a batch are refused with the sum (quirk Q28)", () => {
    expect(() => runSizes(withDefaults(base), 23)).toThrow(ConfigError);
    expect(() => runSizes(withDefaults(base), 23)).toThrow(/needs 24 prompts .* only 23/);
  });
});
