// Our own trainer's run, written in the layout of a recorded reference run.

import type { NamedTensors } from "../../src/engine/layout";
import { formatHuggingFaceConfig } from "../../src/model/huggingFaceConfig";
import type { ReadFile } from "../../src/model/modelFolder";
import { writeSafetensors } from "../../src/model/safetensors";
import { epochPermutation, promptBatch } from "../../src/ppo/batches";
import { train, type TrainerInputs } from "../../src/ppo/trainer";
import { filesReader } from "../model/adapters/adapterCases";
import { TINY_MODEL, tinyPrompts } from "./tinyRun";

export interface RecordingInputs {
  readonly run: TrainerInputs;
  /** The policy's tensors as the reference would save them. */
  readonly stateDict: () => Promise<NamedTensors>;
  readonly rewardWeights: NamedTensors;
  /** Options as steps.json states them. */
  readonly args: object;
  readonly ppo: object;
}

/** Trains to the end and returns the run's files. */
export async function recordRun({ run, stateDict, rewardWeights, args, ppo }: RecordingInputs): Promise<ReadFile> {
  const { seed } = run.config;
  const tokenIds = { bosTokenId: 0, eosTokenIds: [1], padTokenId: 2 };
  const files = new Map<string, Uint8Array>([
    ["config.json", new TextEncoder().encode(formatHuggingFaceConfig(TINY_MODEL, tokenIds, "F32"))],
    ["init.safetensors", writeSafetensors(await stateDict(), "F32")],
    ["reward.safetensors", writeSafetensors(rewardWeights, "F32")],
  ]);
  const steps: object[] = [];
  for await (const event of train(run)) {
    if (event.phase !== "step") continue;
    const { record: step } = event;
    const theirs = (entries: object) => Object.entries(entries).filter(([key]) => !/^(env|lab|time)\//.test(key));
    steps.push({
      queries: step.queries.map((query) => [...query]),
      responses: step.responses.map((response) => [...response]),
      scores: [...step.scores],
      perms: Array.from({ length: step.epochsRun }, (_, epoch) => [...epochPermutation(seed, step.step, epoch, step.batch)]),
      end_of_dataloader: promptBatch(seed, step.step, tinyPrompts.length, step.batch).endOfDataloader,
      lr: step.learningRate,
      kl_coef_before: step.klCoef,
      kl_coef_after: step.klCoefAfter,
      stats: {
        ...Object.fromEntries(theirs(step.stats)),
        ...Object.fromEntries(theirs(step.vectors).map(([key, vector]) => [key, [...(vector as Float32Array)]])),
      },
    });
    files.set(`step${step.step + 1}.safetensors`, writeSafetensors(await stateDict(), "F32"));
  }
  files.set("steps.json", new TextEncoder().encode(JSON.stringify({ args, ppo, steps })));
  return filesReader(files);
}
