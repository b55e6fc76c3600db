// KL controller, learning rate, optimizer options and meters: numbers of the fact sheet and of the reference.

import { describe, expect, it } from "vitest";
import { type LabConfig, runSizes, withDefaults } from "../../src/config";
import { adaptKlCoef } from "../../src/ppo/klController";
import { learningRateAt } from "../../src/ppo/learningRate";
import { EMPTY_METERS, meterStep } from "../../src/ppo/meters";
import { adamWStep } from "../../src/ppo/optimizer";
import { golden } from "./goldenUnits";

describe("KL controller", () => {
  it("follows the reference's five updates", () => {
    let klCoef = 0.2;
    for (const { current, n_steps, value } of golden.adaptive_kl) {
      klCoef = adaptKlCoef({ klCoef, kl: current, samples: n_steps, target: 6, horizon: 10000 });
      expect(klCoef).toBeCloseTo(value, 12);
    }
  });
});

describe("learning rate", () => {
  const rates = (changes: Partial<LabConfig>, horizon: number, steps: number) => {
    const config = withDefaults({ learningRate: 1, ...changes });
    return Array.from({ length: steps }, (_, step) => Number(learningRateAt(config, step, horizon).toFixed(6)));
  };

  it("linear falls from the full rate to zero at the horizon", () => {
    expect(rates({}, 4, 5)).toEqual([1, 0.75, 0.5, 0.25, 0]);
  });

  it("cosine halves in the middle", () => {
    expect(rates({ lrSchedulerType: "cosine" }, 4, 5)).toEqual([1, 0.853553, 0.5, 0.146447, 0]);
  });

  it("warm-up reaches (step + 1) / w, so the first step trains", () => {
    expect(rates({ warmupSteps: 2 }, 6, 6)).toEqual([0.5, 1, 1, 0.75, 0.5, 0.25]);
    expect(rates({ warmupRatio: 0.3, lrSchedulerType: "constant_with_warmup" }, 6, 4)).toEqual([0.5, 1, 1, 1]);
  });

  it("with quirk Q15 warm-up starts at 0", () => {
    expect(rates({ warmupSteps: 2, q15CeilHorizon: true }, 6, 4)).toEqual([0, 0.5, 1, 0.75]);
    expect(rates({ warmupSteps: 2, referenceMode: true }, 6, 2)).toEqual([0, 0.5]);
  });

  it("constant never warms up", () => {
    expect(rates({ lrSchedulerType: "constant", warmupSteps: 3 }, 6, 3)).toEqual([1, 1, 1]);
  });
});

describe("batch arithmetic", () => {
  it("21 rows in batches of 4 over 1 epoch run 5 steps; the reference's horizon is 6 (quirk Q15)", () => {
    const config = withDefaults({ perDeviceTrainBatchSize: 2, gradientAccumulationSteps: 2, numTrainEpochs: 1 });
    expect(runSizes(config, 21)).toMatchObject({ batchSize: 4, batchesPerEpoch: 5, totalSteps: 5, schedulerHorizon: 5 });
    expect(runSizes({ ...config, q15CeilHorizon: true }, 21).schedulerHorizon).toBe(6);
    expect(runSizes({ ...config, maxSteps: 9, referenceMode: true }, 21)).toMatchObject({ totalSteps: 9, schedulerHorizon: 9 });
    expect(runSizes({ ...config, ppoBufferSize: 2, maxSamples: 17 }, 21)).toMatchObject({ batchSize: 8, batchesPerEpoch: 2 });
  });
});

describe("optimizer options", () => {
  const config = withDefaults({ weightDecay: 0.1, maxGradNorm: 0.5 });

  it("spare norms and biases and clip every step by default", () => {
    for (const optimizerSteps of [0, 7])
      expect(adamWStep(config, 0.01, optimizerSteps)).toMatchObject({
        learningRate: 0.01,
        weightDecay: { decay: 0.1, noDecay: 0 },
        maxGradNorm: 0.5,
        stepWhenSkipped: false,
      });
  });

  it("decay norms with Q2, clip the run's first step only with Q1, step on skipped minibatches with Q27", () => {
    const quirky = { ...config, q1ClipFirstStepOnly: true, q2DecayNormsAndBiases: true, q27StepOnSkippedMinibatch: true };
    expect(adamWStep(quirky, 0.01, 0)).toMatchObject({
      weightDecay: { decay: 0.1, noDecay: 0.01 },
      maxGradNorm: 0.5,
      stepWhenSkipped: true,
    });
    expect(adamWStep(quirky, 0.01, 1).maxGradNorm).toBeNull();
    expect(adamWStep({ ...config, referenceMode: true }, 0.01, 1)).toEqual(adamWStep(quirky, 0.01, 1));
  });
});

describe("meters", () => {
  it("average between two log entries and start anew", () => {
    const logged = [];
    let meters = EMPTY_METERS;
    for (let step = 0; step < 5; step++) {
      const result = meterStep(meters, step, { loss: step, reward: 10 * step, loggingSteps: 2 });
      meters = result.meters;
      logged.push(result.log);
    }
    expect(logged).toEqual([null, { loss: 0.5, reward: 5 }, null, { loss: 2.5, reward: 25 }, null]);
  });
});
