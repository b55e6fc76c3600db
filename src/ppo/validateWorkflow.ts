// What is wrong with a run's options before anything is loaded: the reference's refusals in its own words, each with the lab's advice.

import { type LabConfig, validateConfig } from "../config";
import { ConfigError } from "../errors";
import type { LocalText } from "../localText";
import { listOf } from "../model/adapters/targets";

export interface WorkflowProblem {
  /** LLaMA-Factory's text where it has one (fact sheet 1.0). */
  readonly message: string;
  /** What to do about it. */
  readonly advice: LocalText;
}

/** How an adapter-trained policy's weights are reached: these kinds keep base weights that adapters act on. */
export function usesAdapter({ finetuningType }: Pick<LabConfig, "finetuningType">): boolean {
  return finetuningType === "lora" || finetuningType === "oft";
}

/**
 * Rules between options (fact sheet 1.0 and 1.4) as far as the lab has the options.
 * @param ownPrompts number of prompts given instead of the scenario's; null without
 */
export function workflowProblems(config: LabConfig, ownPrompts: number | null): WorkflowProblem[] {
  const { rewardModelType, rewardModel, finetuningType, adapterNameOrPath, oftRank, oftBlockSize } = config;
  const problems: WorkflowProblem[] = [];
  const refuse = (message: string, en: string, vi: string): void => {
    problems.push({ message, advice: { en, vi } });
  };
  if (rewardModelType === "api" && rewardModel === "")
    refuse(
      "`reward_model` is necessary for PPO training.",
      "Set rewardModel to the full address of a reward server.",
      "Hãy đặt rewardModel là địa chỉ đầy đủ của một máy chủ phần thưởng.",
    );
  else if (rewardModelType === "api" && !rewardModel.startsWith("http"))
    refuse(
      "Please provide full url.",
      "With rewardModelType api, rewardModel is an address such as http://127.0.0.1:8000/v1/score/evaluation.",
      "Với rewardModelType api, rewardModel là một địa chỉ như http://127.0.0.1:8000/v1/score/evaluation.",
    );
  for (const kind of ["lora", "oft"] as const)
    if (rewardModelType === kind && finetuningType !== kind)
      refuse(
        `\`reward_model_type\` cannot be ${kind} for Freeze/Full PPO training.`,
        `A reward adapter acts on the policy's base: set finetuningType to ${kind}, or take a reward model of type full, api or rule.`,
        `Adapter phần thưởng hoạt động trên mô hình gốc của chính sách: hãy đặt finetuningType là ${kind}, hoặc dùng mô hình thưởng kiểu full, api hay rule.`,
      );
  if (listOf(adapterNameOrPath).length > 0 && finetuningType !== "lora")
    refuse(
      "Adapter is only valid for the LoRA method.",
      "Set finetuningType to lora, or leave adapterNameOrPath empty.",
      "Hãy đặt finetuningType là lora, hoặc để trống adapterNameOrPath.",
    );
  if (finetuningType === "oft" && oftRank > 0 === oftBlockSize > 0)
    refuse(
      `Exactly one of oftRank and oftBlockSize must be above 0, got ${oftRank} and ${oftBlockSize}.`,
      "Their product is a layer's number of inputs: set one of them to 0.",
      "Tích của hai giá trị là số đầu vào của lớp: hãy đặt một trong hai bằng 0.",
    );
  if (ownPrompts === 0)
    refuse(
      "Please specify dataset for training.",
      "The list of own prompts is empty: give at least one PPO batch of prompts, or none to take the scenario's.",
      "Danh sách câu hỏi riêng đang trống: hãy đưa ít nhất một lô PPO, hoặc bỏ danh sách để dùng câu hỏi của kịch bản.",
    );
  return problems;
}

/**
 * Checks every option and the rules between them.
 * @throws ConfigError listing all problems at once.
 */
export function validateWorkflow(config: LabConfig, ownPrompts: number | null): void {
  const found = workflowProblems(config, ownPrompts).map(({ message, advice }) => `${message} ${advice.en}`);
  try {
    validateConfig(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    found.unshift(error.message);
  }
  if (found.length > 0) throw new ConfigError(found.join(" "));
}
