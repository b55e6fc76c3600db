// The stages of a PPO step as code: which function of this project does each, and where LLaMA-Factory and TRL do it.

import type { LabConfig, RewardModelType } from "../../src/config";
import type { EngineName } from "../../src/engine/engine";

export const STAGES = [
  "rollout",
  "scoring",
  "rewards",
  "advantages",
  "policyLoss",
  "valueLoss",
  "optimizer",
  "klController",
  "statistics",
] as const;
export type StageId = (typeof STAGES)[number];

/** An exported name of this project. */
export interface CodePlace {
  readonly file: string;
  readonly name: string;
}

/** A place in the reference; lines and name only where they were looked up. */
export interface ReferencePlace {
  readonly project: "LLaMA-Factory" | "TRL";
  /** From the project's root. */
  readonly file: string;
  readonly lines: readonly [first: number, last: number] | null;
  readonly name: string | null;
}

type EngineFamily = "wasm" | "webgpu" | "tfjs";

interface Stage {
  readonly code: readonly CodePlace[];
  /** What the engine that runs adds. */
  readonly byEngine?: Readonly<Record<EngineFamily, readonly CodePlace[]>>;
  /** What the run's options choose. */
  readonly chosen?: (config: LabConfig) => CodePlace;
  readonly reference: readonly ReferencePlace[];
}

const LF_TRAINER = "src/llamafactory/train/ppo/trainer.py";
const TRL_TRAINER = "trl/trainer/ppo_trainer.py";

const lf = (first: number, last: number, name: string | null = null): ReferencePlace => ({
  project: "LLaMA-Factory",
  file: LF_TRAINER,
  lines: [first, last],
  name,
});
/** Somewhere in TRL's `step` and the functions it calls. */
const trl = (name: string): ReferencePlace => ({ project: "TRL", file: TRL_TRAINER, lines: [596, 1272], name });

const CPU_SAMPLER: CodePlace = { file: "src/engine/sampling.ts", name: "drawToken" };
const CPU_LOSS: CodePlace = { file: "src/loss/ppoLoss.ts", name: "ppoLoss" };
const LOSS_BY_ENGINE: Readonly<Record<EngineFamily, readonly CodePlace[]>> = {
  wasm: [{ file: "src/engine/wasm/training.ts", name: "accumulate" }],
  webgpu: [{ file: "src/engine/webgpu/kernels/lossHeads.ts", name: "ppoLossKernel" }],
  tfjs: [{ file: "src/engine/tfjs/lossHeads.ts", name: "lossReport" }],
};

const REWARD_CODE: Readonly<Record<RewardModelType, CodePlace>> = {
  full: { file: "src/reward/fullReward.ts", name: "fullReward" },
  lora: { file: "src/reward/adapterReward.ts", name: "adapterReward" },
  oft: { file: "src/reward/adapterReward.ts", name: "adapterReward" },
  api: { file: "src/reward/apiReward.ts", name: "apiReward" },
  rule: { file: "src/reward/ruleReward.ts", name: "ruleReward" },
};

export const STAGE_CODE: Readonly<Record<StageId, Stage>> = {
  rollout: {
    code: [{ file: "src/ppo/rollout.ts", name: "rollout" }],
    byEngine: {
      wasm: [CPU_SAMPLER],
      tfjs: [CPU_SAMPLER],
      webgpu: [{ file: "src/engine/webgpu/kernels/sampleToken.ts", name: "sampleToken" }],
    },
    reference: [lf(159, 163), lf(252, 265), lf(350, 386, "get_inputs")],
  },
  scoring: {
    code: [
      { file: "src/ppo/scoring.ts", name: "scoreResponses" },
      { file: "src/ppo/scoreScaling.ts", name: "scaleScores" },
    ],
    chosen: ({ rewardModelType }) => REWARD_CODE[rewardModelType],
    reference: [
      lf(388, 419, "get_rewards"),
      { project: "LLaMA-Factory", file: "src/llamafactory/train/ppo/ppo_utils.py", lines: null, name: "replace_model" },
      trl("step"),
    ],
  },
  rewards: {
    code: [
      { file: "src/ppo/experience.ts", name: "gatherExperience" },
      { file: "src/ppo/rewards.ts", name: "computeRewards" },
    ],
    chosen: ({ klPenalty }) => ({ file: "src/ppo/klPenalty.ts", name: klPenalty === "full" ? "fullKl" : "sampledKl" }),
    reference: [lf(421, 489), trl("compute_rewards")],
  },
  advantages: {
    code: [
      { file: "src/ppo/baseline.ts", name: "baselineValues" },
      { file: "src/ppo/advantages.ts", name: "computeAdvantages" },
    ],
    reference: [trl("compute_advantages"), { project: "TRL", file: "trl/core.py", lines: null, name: null }],
  },
  policyLoss: { code: [CPU_LOSS], byEngine: LOSS_BY_ENGINE, reference: [trl("loss")] },
  valueLoss: { code: [CPU_LOSS], byEngine: LOSS_BY_ENGINE, reference: [trl("loss")] },
  optimizer: {
    code: [
      { file: "src/ppo/update.ts", name: "updatePolicy" },
      { file: "src/ppo/optimizer.ts", name: "adamWStep" },
    ],
    byEngine: {
      wasm: [{ file: "src/engine/wasm/kernels/optimizer.ts", name: "adamW" }],
      webgpu: [{ file: "src/engine/webgpu/kernels/optimizer.ts", name: "adamW" }],
      tfjs: [{ file: "src/engine/tfjs/adamw.ts", name: "adamwStep" }],
    },
    reference: [trl("train_minibatch"), lf(67, 198)],
  },
  klController: {
    code: [{ file: "src/ppo/klController.ts", name: "adaptKlCoef" }],
    reference: [{ project: "TRL", file: "trl/trainer/utils.py", lines: null, name: null }],
  },
  statistics: {
    code: [{ file: "src/ppo/statistics.ts", name: "computeStatistics" }],
    reference: [trl("step"), lf(200, 308)],
  },
};

/** The functions that do a stage on this engine under these options. */
export function codePlaces(stage: StageId, engine: EngineName | null, config: LabConfig): readonly CodePlace[] {
  const { code, byEngine, chosen } = STAGE_CODE[stage];
  const family = engine === null ? null : engine === "wasm" || engine === "webgpu" ? engine : "tfjs";
  return [...code, ...(chosen ? [chosen(config)] : []), ...(byEngine && family !== null ? byEngine[family] : [])];
}

const ROOTS = {
  "LLaMA-Factory": "https://github.com/hiyouga/LLaMA-Factory/blob/ff6d4d12",
  TRL: "https://github.com/huggingface/trl/blob/v0.9.6",
} as const;

export function referenceUrl({ project, file, lines }: ReferencePlace): string {
  return `${ROOTS[project]}/${file}${lines === null ? "" : `#L${lines[0]}-L${lines[1]}`}`;
}
