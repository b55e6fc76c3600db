// How the models of the scenario `tool-calls` are made.

import { writeCorpusAnswer, writeDeadText } from "../scenarios/toolCalls/corpus";
import { isWellFormedCall } from "../scenarios/toolCalls/judge";
import { CORRECTNESS, FORMAT_ONLY, toolCallsScenario } from "../scenarios/toolCalls/scenario";
import { tokenizerJson } from "../scenarios/toolCalls/vocabulary";
import { type PretrainRecipe, type Stage, smallModel, tokenizerFileTexts } from "./recipe";

const MAX_POSITIONS = 64;

const training: Stage = { epochs: 3, batchSize: 64, learningRate: 1.5e-3, warmupSteps: 50, weightDecay: 0.01, maxGradNorm: 1 };

export const toolCallsRecipe: PretrainRecipe = {
  scenario: toolCallsScenario,
  tokenizerFiles: () => tokenizerFileTexts(tokenizerJson(), { maxLength: MAX_POSITIONS, cleanUpSpaces: false }),
  modelConfig: (vocabSize) => smallModel(vocabSize, MAX_POSITIONS),
  writeResponse: writeCorpusAnswer,
  writeDeadText,
  corpusSize: 56_000,
  initializerRange: 0.05,
  sft: { epochs: 4, batchSize: 48, learningRate: 2.5e-3, warmupSteps: 100, weightDecay: 0.01, maxGradNorm: 1 },
  preferencePrompts: 24_000,
  answersPerPrompt: 6,
  answerShares: { base: 0.45, corpus: 0.25 },
  rewards: [
    { entry: CORRECTNESS, prefers: (response) => toolCallsScenario.judge(response).gold, labelNoise: 0.04, training },
    {
      entry: FORMAT_ONLY,
      prefers: (response) => (isWellFormedCall(response) ? 1 : 0),
      labelNoise: 0.04,
      training: { ...training, epochs: 1 },
    },
  ],
};
