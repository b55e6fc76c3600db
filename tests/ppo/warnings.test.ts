// Warnings that the reference silences.

import { describe, expect, it } from "vitest";
import type { LabConfig } from "../../src/config";
import { stepWarnings } from "../../src/ppo/warnings";
import type { MinibatchRecord } from "../../src/records";
import { tinyConfig } from "./tinyRun";

const minibatch = (meanRatio: number, skipped: boolean) => ({ meanRatio, skipped }) as MinibatchRecord;
const quiet = {
  config: tinyConfig(),
  step: 3,
  kl: 0.5,
  mask: Float32Array.of(1, 1),
  minibatches: [minibatch(1, false)],
  samplingChanged: true,
};
const sampling = (changes: Partial<LabConfig>) => stepWarnings({ ...quiet, config: tinyConfig(changes) });

describe("stepWarnings", () => {
  it("says nothing about a healthy step", () => {
    expect(stepWarnings(quiet)).toEqual([]);
  });

  it("warns of negative KL strictly below -1", () => {
    expect(stepWarnings({ ...quiet, kl: -1 })).toEqual([]);
    expect(stepWarnings({ ...quiet, kl: -1.5 })).toEqual([{ kind: "negativeKl", step: 3, value: -1.5, limit: -1 }]);
  });

  it("warns once of skipped minibatches, with the largest ratio", () => {
    const minibatches = [minibatch(12, true), minibatch(30, true), minibatch(1, false)];
    expect(stepWarnings({ ...quiet, minibatches })).toEqual([{ kind: "ratioExceeded", step: 3, value: 30, limit: 10 }]);
  });

  it("warns of every way of sampling that PPO does not score, when it is new", () => {
    const warning = { kind: "samplingMismatch", step: 3 };
    expect(sampling({ temperature: 0.95 })).toEqual([{ ...warning, value: 0.95, limit: 1 }]);
    expect(sampling({ topK: 50 })).toEqual([{ ...warning, value: 50, limit: 0 }]);
    expect(sampling({ topP: 0.7 })).toEqual([{ ...warning, value: 0.7, limit: 1 }]);
    expect(sampling({ repetitionPenalty: 1.2 })).toEqual([{ ...warning, value: 1.2, limit: 1 }]);
    expect(sampling({ doSample: false })).toEqual([{ ...warning, value: 0, limit: 1 }]);
    expect(stepWarnings({ ...quiet, config: tinyConfig({ topK: 50 }), samplingChanged: false })).toEqual([]);
  });

  it("warns of a single response token", () => {
    expect(stepWarnings({ ...quiet, mask: Float32Array.of(0, 1) })).toEqual([{ kind: "singleToken", step: 3, value: 1, limit: 2 }]);
  });
});
