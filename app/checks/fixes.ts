// One-click remedies of a gate's finding: which options to set. Only what repairs the finding, nothing else.

import type { ConfigField, LabConfig } from "../../src/config";
import type { AdviceRow } from "../../src/gates/adviceGate";
import type { GateReport } from "../../src/gates/inspection";
import { policyKindValues } from "../../src/policyKind";
import type { RewardModelInfo } from "../../src/worker/protocol";
import { chosenReward, keyOf, rewardOptions } from "../config/rewardChoices";

export interface Fix {
  readonly values: Partial<LabConfig>;
  /** How its button is worded: the one option that it sets, all sampling options, or the reward model that it chooses. */
  readonly wording:
    | { readonly kind: "set"; readonly field: ConfigField }
    | { readonly kind: "scoring" }
    | { readonly kind: "reward"; readonly id: string };
}

export interface FixInputs {
  readonly config: LabConfig;
  /** The scenario's defaults. */
  readonly usual: LabConfig;
  readonly models: readonly RewardModelInfo[];
}

/** None when the gate passes, or when no single setting repairs it. */
export function fixesOf(report: GateReport, inputs: FixInputs): readonly Fix[] {
  if (report.verdict === "pass") return [];
  const { config, usual } = inputs;
  switch (report.id) {
    case "vocabulary":
      return usualReward(inputs);
    case "template":
      return templateFixes(config);
    case "rewardModel":
      return rewardFixes(inputs, report.evidence.problem);
    case "batch":
      return batchFixes(report.verdict, report.evidence.prompts, config);
    case "memory":
      return memoryFixes(config);
    case "sampling": {
      const off = report.evidence.options.filter(({ value, neutral }) => value !== neutral);
      const each = off.map(({ field, neutral }) => set(field, neutral));
      const all = Object.fromEntries(off.map(({ field, neutral }) => [field, neutral]));
      return off.length > 1 ? [{ values: all, wording: { kind: "scoring" } }, ...each] : each;
    }
    case "advice":
      return report.evidence.rows.filter(({ inside }) => !inside).map((row) => set(row.field, advised(row, usual)));
  }
}

function set(field: ConfigField, value: LabConfig[ConfigField]): Fix {
  return { values: { [field]: value }, wording: { kind: "set", field } };
}

/** The scenario's own value, or where that lies outside too, the nearest one inside. */
function advised({ field, value, low, high }: AdviceRow, usual: LabConfig): number {
  const own = usual[field];
  return own >= low && own <= high ? own : value < low ? low : high;
}

function templateFixes({ template, evalTemplate }: LabConfig): Fix[] {
  const wrong = (["template", "evalTemplate"] as const).filter((field) => ({ template, evalTemplate })[field] !== "chat");
  return wrong.map((field) => set(field, "chat"));
}

function choose(id: string, values: Partial<LabConfig>): Fix {
  return { values, wording: { kind: "reward", id } };
}

/** The scenario's own reward model, unless that is the one in question. */
function usualReward({ config, usual, models }: FixInputs): Fix[] {
  const own = chosenReward(usual, models) ?? models[0];
  if (own === undefined || own === chosenReward(config, models)) return [];
  return [choose(own.id, rewardOptions(keyOf(own), config, models, usual))];
}

function rewardFixes(inputs: FixInputs, problem: string | null): readonly Fix[] {
  const { rewardModelType } = inputs.config;
  if (problem === "needsAdapterPolicy" && (rewardModelType === "lora" || rewardModelType === "oft"))
    return [
      { values: policyKindValues(rewardModelType, inputs.usual), wording: { kind: "set", field: "finetuningType" } },
      ...usualReward(inputs),
    ];
  return usualReward(inputs);
}

/** Samples a step from which the batch gate no longer warns. */
const ENOUGH = 32;

function batchFixes(verdict: "warn" | "stop", prompts: number, config: LabConfig): Fix[] {
  const perBuffer = config.perDeviceTrainBatchSize * config.gradientAccumulationSteps;
  if (verdict === "warn") return [set("ppoBufferSize", Math.ceil(ENOUGH / perBuffer))];
  const buffer = Math.floor(prompts / perBuffer);
  if (buffer >= 1) return [set("ppoBufferSize", buffer)];
  const mini = Math.floor(prompts / (config.gradientAccumulationSteps * config.ppoBufferSize));
  return mini >= 1 ? [set("perDeviceTrainBatchSize", mini)] : [];
}

function memoryFixes({ perDeviceTrainBatchSize, maxNewTokens }: LabConfig): Fix[] {
  const fixes: Fix[] = [];
  if (perDeviceTrainBatchSize > 1) fixes.push(set("perDeviceTrainBatchSize", Math.ceil(perDeviceTrainBatchSize / 2)));
  if (maxNewTokens > 1) fixes.push(set("maxNewTokens", Math.ceil(maxNewTokens / 2)));
  return fixes;
}
