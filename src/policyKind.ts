// What a policy kind needs beside its name: the fewer weights are trained, the larger their steps.

import type { FinetuningType, LabConfig } from "./config";

/** Learning rates of the kinds, as multiples of the one for full fine-tuning; found on the scenarios' models. */
const LEARNING_RATE_FACTOR: Readonly<Record<FinetuningType, number>> = { full: 1, freeze: 2, lora: 5, oft: 2.5 };

/** `finetuningType` with the learning rate that fits it, for a scenario whose defaults are for full fine-tuning. */
export function policyKindValues(kind: FinetuningType, fullLearningRate: number): Pick<LabConfig, "finetuningType" | "learningRate"> {
  return { finetuningType: kind, learningRate: fullLearningRate * LEARNING_RATE_FACTOR[kind] };
}
