// How the models of the scenario `reviews` are made.

import { writeCorpusReview, writeDeadText } from "../scenarios/reviews/corpus";
import { reviewsScenario, SENTIMENT, WARMTH, WARMTH_LORA, WARMTH_OFT } from "../scenarios/reviews/scenario";
import { tokenizerJson } from "../scenarios/reviews/vocabulary";
import { type PretrainRecipe, type RewardRecipe, type Stage, smallModel, tokenizerFileTexts } from "./recipe";

const MAX_POSITIONS = 64;

const training: Stage = { epochs: 4, batchSize: 64, learningRate: 1.5e-3, warmupSteps: 50, weightDecay: 0.01, maxGradNorm: 1 };
/** Adapters have few weights and take larger steps. */
const adapterTraining: Stage = { ...training, learningRate: 2.5e-3, weightDecay: 0 };
const labels: Pick<RewardRecipe, "prefers" | "labelNoise"> = {
  prefers: (response) => reviewsScenario.judge(response).gold,
  labelNoise: 0.04,
};

export const reviewsRecipe: PretrainRecipe = {
  scenario: reviewsScenario,
  tokenizerFiles: () => tokenizerFileTexts(tokenizerJson(), { maxLength: MAX_POSITIONS, cleanUpSpaces: true }),
  modelConfig: (vocabSize) => smallModel(vocabSize, MAX_POSITIONS),
  writeResponse: writeCorpusReview,
  writeDeadText,
  corpusSize: 50_000,
  initializerRange: 0.05,
  sft: { epochs: 8, batchSize: 48, learningRate: 2.5e-3, warmupSteps: 100, weightDecay: 0.01, maxGradNorm: 1 },
  preferencePrompts: 32_000,
  answersPerPrompt: 6,
  answerShares: { base: 0.45, corpus: 0.25 },
  rewards: [
    { entry: WARMTH, ...labels, training },
    { entry: WARMTH_LORA, ...labels, training: adapterTraining, adapter: { loraRank: 16 } },
    { entry: WARMTH_OFT, ...labels, training: adapterTraining },
    {
      entry: SENTIMENT,
      prefers: (response) => reviewsScenario.judge(response).parts["sentiment"] ?? 0,
      labelNoise: 0.04,
      ordinaryOnly: true,
      training,
    },
  ],
};
