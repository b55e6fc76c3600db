// What a topic's number is now: an option's value, a metric of the step that is looked at.

import type { ConfigField, LabConfig } from "../../src/config";
import { FIELDS } from "../../src/config";
import type { ScalarStats } from "../../src/records";
import { METRIC_TOPICS, OPTION_TOPICS, type OptionTopic, type TopicId } from "./topics";

/** The options that a topic is about; the first one gives its value. */
function fieldsOf(id: OptionTopic): readonly ConfigField[] {
  if (id === "batch") return ["perDeviceTrainBatchSize", "gradientAccumulationSteps", "ppoBufferSize"];
  return id === "earlyStopping" ? ["earlyStopping", "targetKl"] : [id];
}

export type TopicValue =
  | { readonly kind: "option"; readonly value: LabConfig[ConfigField] }
  | { readonly kind: "metric"; readonly value: number }
  | null;

export function topicValue(id: TopicId, config: LabConfig, stats: ScalarStats | null): TopicValue {
  const option = OPTION_TOPICS.find((name) => name === id);
  if (option === "batch")
    return { kind: "option", value: config.perDeviceTrainBatchSize * config.gradientAccumulationSteps * config.ppoBufferSize };
  if (option !== undefined) return { kind: "option", value: config[option] };
  const metric = stats?.[id];
  return metric === undefined || !Number.isFinite(metric) ? null : { kind: "metric", value: metric };
}

/** Names in LLaMA-Factory, TRL or this lab: `init_kl_coef`, `objective/kl`. Empty for a phase. */
export function technicalNames(id: TopicId): readonly string[] {
  const option = OPTION_TOPICS.find((name) => name === id);
  if (option !== undefined) return fieldsOf(option).map((field) => FIELDS[field].reference ?? field);
  return METRIC_TOPICS.filter((name) => name === id);
}
