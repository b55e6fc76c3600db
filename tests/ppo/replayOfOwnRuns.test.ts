// Options that the recorded reference runs leave alone: our own trainer's run in reference mode, written in the layout of a
// recorded run and replayed on another engine. Checks option names, file format and agreement of engines, not the formulas.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabConfig } from "../../src/config";
import type { Engine } from "../../src/engine/engine";
import { initialWeights } from "../../src/model/initialWeights";
import type { ReadFile } from "../../src/model/modelFolder";
import { readRecordedRun } from "../../src/ppo/recordedRun";
import { replayRun } from "../../src/ppo/replay";
import { fullReward } from "../../src/reward/fullReward";
import { frozen } from "../engine/driving";
import { ENGINES } from "../engine/engines";
import { recordRun } from "./recordRun";
import { disposeRun, TINY_MODEL, tinyConfig, tinyRun } from "./tinyRun";

const engines: Engine[] = [];
beforeAll(async () => {
  for (const name of ["wasm", "tfjs-cpu"]) {
    const entry = ENGINES.find(([candidate]) => candidate === name);
    if (!entry) throw new Error(`no engine ${name}`);
    engines.push(await entry[1]());
  }
});
afterAll(() => {
  for (const engine of engines) engine.dispose();
});

/** Trains on `engine` and returns the run's files. */
async function record(engine: Engine, config: LabConfig, args: object, ppo: object): Promise<ReadFile> {
  const rewardWeights = initialWeights(TINY_MODEL, 9, { padTokenId: null, initializerRange: 0.3 });
  const rewardModel = fullReward(await frozen(engine, TINY_MODEL, rewardWeights), 2);
  const run = await tinyRun(engine, { config, rewardModel });
  const files = await recordRun({ run, stateDict: () => run.policy.readParameters(), rewardWeights, args, ppo });
  disposeRun(run);
  rewardModel.dispose();
  return files;
}

describe("a run recorded on wasm and replayed on tfjs", () => {
  it.each<[string, Partial<LabConfig>, object]>([
    [
      "full KL, fixed coefficient",
      { klPenalty: "full", adapKlCtrl: false, initKlCoef: 0.4 },
      { kl_penalty: "full", adap_kl_ctrl: false, init_kl_coef: 0.4 },
    ],
    ["abs, fast controller", { klPenalty: "abs", horizon: 100, ppoTarget: 2 }, { kl_penalty: "abs", horizon: 100, target: 2 }],
    [
      "mse, score clip",
      { klPenalty: "mse", ppoScoreNorm: true, scoreClip: 0.7 },
      { kl_penalty: "mse", use_score_scaling: true, use_score_norm: true, score_clip: 0.7 },
    ],
    ["early stopping", { earlyStopping: true, targetKl: 1e-3, ppoEpochs: 4 }, { early_stopping: true, target_kl: 1e-3, ppo_epochs: 4 }],
    ["whitened rewards, gamma, lam", { ppoWhitenRewards: true, gamma: 0.9, lam: 0.5 }, { whiten_rewards: true, gamma: 0.9, lam: 0.5 }],
    [
      "tight clips, no gradient clipping",
      { cliprange: 0.05, cliprangeValue: 0.1, vfCoef: 0.5, maxGradNorm: null },
      { cliprange: 0.05, cliprange_value: 0.1, vf_coef: 0.5, max_grad_norm: null },
    ],
    ["ratio guard", { ratioThreshold: 1.001 }, { ratio_threshold: 1.001 }],
    [
      "batches of one",
      { perDeviceTrainBatchSize: 1, gradientAccumulationSteps: 1, ppoBufferSize: 1 },
      { mini_batch_size: 1, batch_size: 1, gradient_accumulation_steps: 1 },
    ],
  ])("%s", async (_, options, ppo) => {
    const [wasm, tfjs] = engines;
    if (!wasm || !tfjs) throw new Error("engines are missing");
    const config = tinyConfig({
      referenceMode: true,
      perDeviceTrainBatchSize: 2,
      gradientAccumulationSteps: 2,
      maxSteps: 3,
      ppoBufferSize: 2,
      ...options,
    });
    const args = {
      per_device_train_batch_size: 2,
      gradient_accumulation_steps: 2,
      ppo_buffer_size: 2,
      ppo_epochs: 2,
      finetuning_type: "full",
    };
    const files = await record(wasm, config, args, ppo);
    const report = await replayRun(await readRecordedRun(files), tfjs);
    expect(report.problems).toEqual([]);
    expect(report.steps).toBe(3);
    // The options did reach the replay: without them it does not match.
    const forgotten = await readRecordedRun(files);
    const plain = await replayRun({ ...forgotten, ppo: {}, args: { ...args, finetuning_type: "full" } }, tfjs);
    if (config.perDeviceTrainBatchSize > 1) expect(plain.problems).not.toEqual([]);
  });
});
