// How the base model of the scenario `sums` is made; a rule scores it, so there are no reward models.

import { writeCorpusAnswer } from "../scenarios/sums/corpus";
import { sumsScenario } from "../scenarios/sums/scenario";
import { tokenizerJson } from "../scenarios/sums/vocabulary";
import { type PretrainRecipe, smallModel, tokenizerFileTexts } from "./recipe";

const MAX_POSITIONS = 64;

export const sumsRecipe: PretrainRecipe = {
  scenario: sumsScenario,
  tokenizerFiles: () => tokenizerFileTexts(tokenizerJson(), { maxLength: MAX_POSITIONS, cleanUpSpaces: false }),
  modelConfig: (vocabSize) => smallModel(vocabSize, MAX_POSITIONS),
  writeResponse: writeCorpusAnswer,
  writeDeadText: (promptText, random) => ({ text: writeCorpusAnswer(promptText, random), ended: false }),
  corpusSize: 130_000,
  initializerRange: 0.05,
  sft: { epochs: 4, batchSize: 64, learningRate: 2.5e-3, warmupSteps: 100, weightDecay: 0.01, maxGradNorm: 1 },
  preferencePrompts: 0,
  answersPerPrompt: 0,
  answerShares: { base: 0, corpus: 0 },
  rewards: [],
};
