// The reference's logs: which steps they hold, their fields, rounding, durations and NaN.

import { describe, expect, it } from "vitest";
import { EMPTY_RUN_LOG, logStep, type RunLog, trainerLogText, trainerStateText } from "../../src/ppo/runLog";
import type { StepRecord } from "../../src/records";
import { tinyConfig } from "./tinyRun";

function record(step: number, log: StepRecord["log"], seconds: number): StepRecord {
  return { step, totalSteps: 8, epoch: step / 3, learningRate: 1e-5, log, seconds: { total: seconds } } as unknown as StepRecord;
}
function logOf(maxSteps: number, ...steps: StepRecord[]): RunLog {
  return steps.reduce((log, step) => logStep(log, step, tinyConfig({ maxSteps })), EMPTY_RUN_LOG);
}
const STEPS = [
  record(0, null, 10),
  record(1, { loss: 0.123456, reward: -1.00004 }, 50.5),
  record(2, null, 1),
  record(3, { loss: Number.NaN, reward: 2 }, 90000),
];

describe("trainer_log.jsonl", () => {
  it("has a line per logged step, counted from 1, with null for NaN", () => {
    const lines = trainerLogText(logOf(8, ...STEPS)).split("\n");
    expect(lines[0]).toBe(
      '{"current_steps":2,"total_steps":8,"loss":0.1235,"reward":-1,"lr":0.00001,"epoch":0.13,"percentage":25,"elapsed_time":"0:01:00","remaining_time":"0:03:01"}',
    );
    // 90061.5 s for 4 of 8 steps.
    expect(JSON.parse(lines[1] as string)).toMatchObject({
      loss: null,
      current_steps: 4,
      elapsed_time: "1 day, 1:01:01",
      remaining_time: "1 day, 1:01:01",
    });
    expect(lines.slice(2)).toEqual([""]);
  });

  it("counts epochs over the data when there is no step limit", () => {
    expect(logOf(-1, ...STEPS).entries.map(({ epoch }) => epoch)).toEqual([1 / 3, 1]);
    expect(logOf(8, ...STEPS).entries.map(({ epoch }) => epoch)).toEqual([1 / 8, 3 / 8]);
  });
});

describe("trainer_state.json", () => {
  const written = trainerStateText(logOf(8, ...STEPS), 4, tinyConfig({ maxSteps: 8 }));

  it("has Hugging Face's fields in order, steps counted from 0, defaults where the reference leaves them", () => {
    const state = JSON.parse(written) as Record<string, unknown>;
    expect(Object.keys(state)).toEqual(Object.keys(state).sort());
    expect(state).toMatchObject({ epoch: null, global_step: 4, max_steps: 8, logging_steps: 500, save_steps: 500, best_metric: null });
    expect(state["log_history"]).toEqual([
      { epoch: 0.13, learning_rate: 1e-5, loss: 0.1235, reward: -1, step: 1 },
      { epoch: 0.38, learning_rate: 1e-5, loss: null, reward: 2, step: 3 },
    ]);
    expect(written.endsWith("}\n")).toBe(true);
  });

  it("says how many epochs, or Python's largest integer under a step limit", () => {
    expect(written).toContain('"num_train_epochs": 9223372036854775807,');
    expect(JSON.parse(trainerStateText(EMPTY_RUN_LOG, 0, tinyConfig({ maxSteps: -1, numTrainEpochs: 2.5 })))).toMatchObject({
      num_train_epochs: 2.5,
    });
  });
});
