// All explanations in English; a topic without a text does not compile.

import type { TopicId } from "../topics";
import { creditOptionsEn } from "./creditOptions.en";
import { klOptionsEn } from "./klOptions.en";
import type { LensTexts } from "./lensTexts";
import { lossOptionsEn } from "./lossOptions.en";
import { objectiveMetricsEn } from "./objectiveMetrics.en";
import { phasesEn } from "./phases.en";
import { policyMetricsEn } from "./policyMetrics.en";
import { samplingOptionsEn } from "./samplingOptions.en";
import { trainingOptionsEn } from "./trainingOptions.en";
import { valueMetricsEn } from "./valueMetrics.en";

export const lensTexts: LensTexts<TopicId> = {
  ...phasesEn,
  ...klOptionsEn,
  ...lossOptionsEn,
  ...creditOptionsEn,
  ...samplingOptionsEn,
  ...trainingOptionsEn,
  ...objectiveMetricsEn,
  ...policyMetricsEn,
  ...valueMetricsEn,
};
