// All explanations in Vietnamese; a topic without a text does not compile.

import type { TopicId } from "../topics";
import { creditOptionsVi } from "./creditOptions.vi";
import { klOptionsVi } from "./klOptions.vi";
import type { LensTexts } from "./lensTexts";
import { lossOptionsVi } from "./lossOptions.vi";
import { objectiveMetricsVi } from "./objectiveMetrics.vi";
import { phasesVi } from "./phases.vi";
import { policyMetricsVi } from "./policyMetrics.vi";
import { samplingOptionsVi } from "./samplingOptions.vi";
import { trainingOptionsVi } from "./trainingOptions.vi";
import { valueMetricsVi } from "./valueMetrics.vi";

export const lensTexts: LensTexts<TopicId> = {
  ...phasesVi,
  ...klOptionsVi,
  ...lossOptionsVi,
  ...creditOptionsVi,
  ...samplingOptionsVi,
  ...trainingOptionsVi,
  ...objectiveMetricsVi,
  ...policyMetricsVi,
  ...valueMetricsVi,
};
