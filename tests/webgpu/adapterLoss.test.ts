// The device is destroyed while an adapter is in force or trained: with the state given back, all goes on as if nothing had happened.

import { expect, test } from "vitest";
import { DEFAULT_ADAPTER, type Engine, type LoraParametrisation, type OftParametrisation } from "../../src/engine/engine";
import { layerName } from "../../src/engine/layout";
import { type Recovery, RecoveringEngine, type RunningEngine } from "../../src/engine/recoveringEngine";
import { findAdapter, openDevice } from "../../src/engine/webgpu/device";
import { createWebgpuEngine } from "../../src/engine/webgpu/engine";
import { DeviceLostError } from "../../src/errors";
import { adapted, allLinear, randomTheta } from "../engine/adapterFixtures";
import { ADAMW, flatten } from "../engine/driving";
import { paddedBatch, randomWeights, responseMask, TINY } from "../engine/fixtures";

const LORA: LoraParametrisation = { kind: "lora", rank: 3, scale: 2, targets: allLinear(TINY) };
const OFT: OftParametrisation = {
  kind: "oft",
  cayley: { kind: "neumann", terms: 5 },
  targets: [{ name: layerName(0, "self_attn.q_proj.weight"), blockSize: 8 }],
};
const batch = paddedBatch(TINY, 72);

let device: GPUDevice;
async function start(): Promise<RunningEngine> {
  const adapter = await findAdapter();
  if (typeof adapter === "string") throw new Error(adapter);
  const gpu = await openDevice(adapter);
  device = gpu.device;
  return { engine: await createWebgpuEngine(gpu), adapter: gpu.adapterName, health: gpu.health, release: gpu.release };
}

type Moment = "reward in force" | "default being trained";

/** Three rounds of scoring with the reward adapter and its head, then training; `disturb` is called at each moment. */
async function run(engine: Engine, policy: LoraParametrisation | OftParametrisation, disturb: (round: number, moment: Moment) => void) {
  const reward = policy === LORA ? OFT : LORA;
  const policyCase = { config: TINY, parametrisation: policy };
  const model = await adapted(engine, policyCase, randomWeights(TINY, 71), randomTheta(policyCase, 73));
  await model.addAdapter("reward", reward, randomTheta({ config: TINY, parametrisation: reward }, 74));
  await model.createHeadBuffer("reward", { weight: new Float32Array(TINY.hiddenSize).fill(0.1), bias: 0.5 });
  await model.createHeadBuffer("default", null);
  const round = async (k: number) => {
    await model.storeHead("default");
    await model.setAdapter("reward");
    await model.loadHead("reward");
    disturb(k, "reward in force");
    const scores = await model.scoreLastToken(batch);
    await model.setAdapter(DEFAULT_ADAPTER);
    await model.loadHead("default");
    await model.accumulate(batch, { kind: "sft", mask: responseMask(batch) }, 1);
    disturb(k, "default being trained");
    await model.applyAdamW(ADAMW);
    await model.readUpdates();
    return scores;
  };
  const scores: Float32Array[] = [];
  for (let k = 0; k < 3; k++) {
    const state = await model.saveState();
    try {
      scores.push(await round(k));
    } catch (error) {
      expect(error).toBeInstanceOf(DeviceLostError);
      await model.restoreState(state);
      await model.setAdapter(DEFAULT_ADAPTER);
      scores.push(await round(k));
    }
  }
  const parameters = flatten(await model.readParameters());
  model.dispose();
  return { scores, parameters };
}

test("lost with the reward adapter in force, lost while the policy trains", async () => {
  const recoveries: Recovery[] = [];
  const engine = new RecoveringEngine(await start(), { replace: start, onRecovery: (recovery) => recoveries.push(recovery) });
  for (const [losses, policy, when] of [
    [1, LORA, "reward in force"],
    [2, OFT, "default being trained"],
  ] as const) {
    const disturbed = await run(engine, policy, (round, moment) => {
      if (round === 1 && moment === when && recoveries.length < losses) device.destroy();
    });
    expect(recoveries.length).toBe(losses);
    expect(disturbed, when).toEqual(await run(engine, policy, () => {}));
    expect(recoveries.length).toBe(losses);
  }
  engine.dispose();
});
