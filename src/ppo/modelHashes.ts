// Which networks a run was made of, for files that say so.

import type { LabConfig } from "../config";
import { baseHash } from "../model/adapters/baseHash";
import { loadModelFolder, type ReadFile } from "../model/modelFolder";
import type { Scenario } from "../scenarios/scenario";
import type { PolicyStart } from "./policyStart";

/** `baseHash` of the networks at the start; null where the run had none of its own. */
export interface ModelHashes {
  readonly policy: string | null;
  readonly reward: string | null;
}

interface Inputs {
  readonly start: PolicyStart;
  readonly scenario: Scenario;
  readonly config: LabConfig;
  readonly readFile: ReadFile;
}

/** @throws CheckpointError when the reward model's files are damaged. */
export async function modelHashes({ start, scenario, config, readFile }: Inputs): Promise<ModelHashes> {
  const { rewardModelType, rewardModel } = config;
  const entry = scenario.rewardModels.find(({ id, type }) => type === rewardModelType && ["", id].includes(rewardModel));
  const reward = entry?.type === "full" ? await loadModelFolder(readFile, entry.folder, { requireValueHead: true }) : null;
  return { policy: baseHash(start.weights), reward: reward && baseHash(reward.weights) };
}
