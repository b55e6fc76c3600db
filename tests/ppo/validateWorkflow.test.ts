// The reference's refusals, word for word, and the advice beside them.

import { describe, expect, it } from "vitest";
import { type LabConfig, withDefaults } from "../../src/config";
import { ConfigError } from "../../src/errors";
import { usesAdapter, validateWorkflow, workflowProblems } from "../../src/ppo/validateWorkflow";

const problems = (changes: Partial<LabConfig>, prompts: number | null = null) => workflowProblems(withDefaults(changes), prompts);

describe("validateWorkflow", () => {
  it.each<[Partial<LabConfig>, string]>([
    [{ rewardModelType: "api" }, "`reward_model` is necessary for PPO training."],
    [{ rewardModelType: "api", rewardModel: "127.0.0.1:8000/score" }, "Please provide full url."],
    [{ finetuningType: "full" }, "`reward_model_type` cannot be lora for Freeze/Full PPO training."],
    [{ finetuningType: "freeze" }, "`reward_model_type` cannot be lora for Freeze/Full PPO training."],
    [{ finetuningType: "oft" }, "`reward_model_type` cannot be lora for Freeze/Full PPO training."],
    [{ rewardModelType: "oft" }, "`reward_model_type` cannot be oft for Freeze/Full PPO training."],
    [{ finetuningType: "oft", rewardModelType: "oft", adapterNameOrPath: "a" }, "Adapter is only valid for the LoRA method."],
    [{ finetuningType: "full", rewardModelType: "full", adapterNameOrPath: "a" }, "Adapter is only valid for the LoRA method."],
    [
      { finetuningType: "oft", rewardModelType: "full", oftRank: 4 },
      "Exactly one of oftRank and oftBlockSize must be above 0, got 4 and 32.",
    ],
  ])("refuses %j", (changes, message) => {
    const found = problems(changes);
    expect(found.map((problem) => problem.message)).toEqual([message]);
    for (const { advice } of found) expect(advice.en.length > 20 && advice.vi.length > 20 && advice.en !== advice.vi).toBe(true);
    expect(() => validateWorkflow(withDefaults(changes), null)).toThrow(ConfigError);
    expect(() => validateWorkflow(withDefaults(changes), null)).toThrow(`${message} ${found[0]?.advice.en}`);
  });

  it.each<Partial<LabConfig>>([
    {},
    { finetuningType: "oft", rewardModelType: "oft" },
    { finetuningType: "oft", rewardModelType: "api", rewardModel: "http://127.0.0.1:8000/v1/score/evaluation" },
    { finetuningType: "full", rewardModelType: "rule", oftRank: 3 },
    { finetuningType: "freeze", rewardModelType: "full", adapterNameOrPath: " , " },
    { adapterNameOrPath: "a,b", createNewAdapter: true, refModel: "c" },
  ])("has nothing against %j", (changes) => {
    expect(problems(changes)).toEqual([]);
    expect(() => validateWorkflow(withDefaults(changes), null)).not.toThrow();
  });

  it("refuses an empty list of own prompts", () => {
    expect(problems({}, 0)[0]?.message).toBe("Please specify dataset for training.");
    expect(problems({}, 1)).toEqual([]);
  });

  it("tells everything at once, values out of range included", () => {
    const config = withDefaults({ finetuningType: "full", adapterNameOrPath: "a", temperature: 0, maxSteps: 0 });
    expect(() => validateWorkflow(config, 0)).toThrow(
      /temperature must be.*maxSteps must be.*cannot be lora.*Adapter is only valid.*Please specify dataset/,
    );
  });

  it("knows which kinds train an adapter", () => {
    expect((["full", "freeze", "lora", "oft"] as const).map((finetuningType) => usesAdapter({ finetuningType }))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});
