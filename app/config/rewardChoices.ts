// Which rewards a visitor can choose: the scenario's reward models and a server; and what a choice sets.

import type { LabConfig } from "../../src/config";
import { policyKindValues } from "../../src/policyKind";
import type { RewardModelInfo } from "../../src/worker/protocol";

type Options = Pick<LabConfig, "rewardModel" | "rewardModelType">;

/** A choice by its key: a model's type and id, `api` for a server; null when the options name a model that does not exist. */
export function rewardKey(options: Options, models: readonly RewardModelInfo[]): string | null {
  if (options.rewardModelType === "api") return "api";
  const model = chosenReward(options, models);
  return model === null ? null : keyOf(model);
}

export function keyOf({ type, id }: RewardModelInfo): string {
  return `${type}:${id}`;
}

/** The model that the options name: an empty name is the first of the type. */
export function chosenReward({ rewardModel, rewardModelType }: Options, models: readonly RewardModelInfo[]): RewardModelInfo | null {
  const ofType = models.filter(({ type }) => type === rewardModelType);
  return (rewardModel === "" ? ofType[0] : ofType.find(({ id }) => id === rewardModel)) ?? null;
}

/** Options that a choice sets; an adapter reward acts on the policy's base, so the policy is then trained with the same kind. */
export function rewardOptions(key: string, config: LabConfig, models: readonly RewardModelInfo[], usual: LabConfig): Partial<LabConfig> {
  if (key === "api") return { rewardModelType: "api", rewardModel: config.rewardModelType === "api" ? config.rewardModel : "" };
  const model = models.find((candidate) => keyOf(candidate) === key);
  if (model === undefined) return {};
  const { type, id } = model;
  // The scenario's own reward as the scenario writes it, so that it does not count as changed.
  const rewardModel = chosenReward(usual, models) === model ? usual.rewardModel : id;
  return { rewardModelType: type, rewardModel, ...(type === "lora" || type === "oft" ? policyKindValues(type, usual) : {}) };
}
