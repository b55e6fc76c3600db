// How the models of the scenario `reviews` are made.

import { writeCorpusReview, writeDeadText } from "../scenarios/reviews/corpus";
import { reviewsScenario } from "../scenarios/reviews/scenario";
import { tokenizerConfigJson, tokenizerJson } from "../scenarios/reviews/vocabulary";
import type { PretrainRecipe } from "./recipe";

const json = (value: object): string => `${JSON.stringify(value, null, 1)}\n`;

export const reviewsRecipe: PretrainRecipe = {
  scenario: reviewsScenario,
  tokenizerFiles: () => ({ tokenizer: json(tokenizerJson()), config: json(tokenizerConfigJson()) }),
  modelConfig: (vocabSize) => ({
    vocabSize,
    hiddenSize: 64,
    intermediateSize: 192,
    numHiddenLayers: 3,
    numAttentionHeads: 4,
    numKeyValueHeads: 4,
    headDim: 16,
    maxPositionEmbeddings: 64,
    rmsNormEps: 1e-5,
    ropeTheta: 10000,
    ropeScaling: { kind: "none" },
    tieWordEmbeddings: false,
    attentionBias: false,
    mlpBias: false,
  }),
  writeResponse: writeCorpusReview,
  writeDeadText,
  corpusSize: 50_000,
  initializerRange: 0.05,
  sft: { epochs: 8, batchSize: 48, learningRate: 2.5e-3, warmupSteps: 100, weightDecay: 0.01, maxGradNorm: 1 },
  preferencePrompts: 32_000,
  answersPerPrompt: 6,
  answerShares: { base: 0.45, corpus: 0.25 },
  labelNoise: 0.04,
  rewardModelling: { epochs: 4, batchSize: 64, learningRate: 1.5e-3, warmupSteps: 50, weightDecay: 0.01, maxGradNorm: 1 },
};
