// How the models of the scenario `summaries` are made.

import type { JudgedResponse } from "../scenarios/scenario";
import { writeCorpusSummary, writeDeadText } from "../scenarios/summaries/corpus";
import { hastyRating } from "../scenarios/summaries/judge";
import { CAREFUL, LENGTH_BIASED, summariesScenario } from "../scenarios/summaries/scenario";
import { tokenizerJson } from "../scenarios/summaries/vocabulary";
import { type PretrainRecipe, type Stage, smallModel, tokenizerFileTexts } from "./recipe";

const MAX_POSITIONS = 64;
const LABEL_NOISE = 0.02;

const careful: Stage = { epochs: 6, batchSize: 64, learningRate: 2e-3, warmupSteps: 100, weightDecay: 0.01, maxGradNorm: 1 };
/** Length is easily learnt. */
const lengthBiased: Stage = { ...careful, epochs: 2 };

/** A careful labeller's mark from 0 to 5: answers of about equal gold get the same one and make no pair. */
const carefulMark = (response: JudgedResponse): number => Math.round(5 * summariesScenario.judge(response).gold);

export const summariesRecipe: PretrainRecipe = {
  scenario: summariesScenario,
  tokenizerFiles: () => tokenizerFileTexts(tokenizerJson(), { maxLength: MAX_POSITIONS, cleanUpSpaces: true }),
  modelConfig: (vocabSize) => smallModel(vocabSize, MAX_POSITIONS),
  writeResponse: writeCorpusSummary,
  writeDeadText,
  corpusSize: 40_000,
  initializerRange: 0.05,
  sft: { epochs: 2, batchSize: 48, learningRate: 2.5e-3, warmupSteps: 100, weightDecay: 0.01, maxGradNorm: 1 },
  preferencePrompts: 11_000,
  answersPerPrompt: 6,
  answerShares: { base: 0.35, corpus: 0.25 },
  rewards: [
    { entry: CAREFUL, prefers: carefulMark, labelNoise: LABEL_NOISE, training: careful },
    { entry: LENGTH_BIASED, prefers: hastyRating, labelNoise: LABEL_NOISE, training: lengthBiased },
  ],
};
