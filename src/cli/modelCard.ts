// MODEL.md of a scenario: how its models were made, figures about them, and unselected samples before and after PPO.

import { parameterCount } from "../engine/layout";
import type { PretrainFigures } from "../pretrain/pretrain";
import type { PretrainRecipe } from "../pretrain/recipe";
import type { TrainOutcome } from "./labTrain";

/** Samples shown, the first of the held-out prompts. */
const SHOWN = 20;

export interface ModelCardInputs {
  readonly recipe: PretrainRecipe;
  readonly seed: number;
  readonly figures: PretrainFigures;
  /** The shipped models' run with the scenario's defaults. */
  readonly ppo: TrainOutcome;
}

export function modelCard({ recipe, seed, figures, ppo }: ModelCardInputs): string {
  const { scenario, sft, rewardModelling } = recipe;
  const model = recipe.modelConfig(figures.vocabSize);
  const { report, samples } = ppo;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const stage = (options: typeof sft, unit: string) =>
    `${options.epochs} epochs in batches of ${options.batchSize} ${unit}, AdamW, learning rate ${options.learningRate} (${options.warmupSteps} steps of warm-up, then cosine), weight decay ${options.weightDecay}, gradient norm at most ${options.maxGradNorm}`;
  return `# Models of the scenario \`${scenario.id}\`

Made by \`npm run lab -- pretrain --scenario ${scenario.id} --seed ${seed}\` (engine \`wasm\`). Everything is made here from the scenario's own
grammar; no outside data. Weights are stored as float16, and every figure below was measured after that rounding.

- \`policy/\`: the base model. It has no value head file: PPO starts with a fresh one, drawn from the run's seed, as the reference
  does when none lies beside the model.
- \`reward/\`: the reward model, \`model.safetensors\` and \`value_head.safetensors\`. Its scores are shifted so that the mean over its
  training texts is 0 (pairs determine scores only up to a constant).
- Both hold the same tokenizer.

## Shape

Llama, ${parameterCount(model).toLocaleString("en")} parameters with value head: hidden ${model.hiddenSize}, ${model.numHiddenLayers} layers, ${model.numAttentionHeads} heads of ${model.headDim}, MLP ${model.intermediateSize},
vocabulary ${figures.vocabSize} (one token per word), ${model.maxPositionEmbeddings} positions, embeddings ${model.tieWordEmbeddings ? "tied" : "not tied"}.

## Base model

Supervised on ${figures.corpusSize.toLocaleString("en")} prompts with reviews written by the grammar (${figures.distinctCorpusTexts.toLocaleString("en")} distinct reviews); loss on response tokens only;
${stage(sft, "reviews")}.

| figure | value |
| --- | --- |
| training loss at the end (nats per token) | ${figures.sftLoss.toFixed(4)} |
| loss on new reviews for held-out prompts | ${figures.heldoutSftLoss.toFixed(4)} |
| samples whose text is not in the training corpus | ${percent(figures.novelShare)} |
| sentiment, grammatical, names the topic | ${Object.values(figures.base.parts)
    .map((part) => part.toFixed(3))
    .join(", ")} |
| gold | ${figures.base.gold.toFixed(3)} |
| distinct skeletons and responses of ${report.heldoutSamples} | ${figures.base.skeletons}, ${figures.base.distinctResponses} |
| mean length (tokens, EOS included) | ${figures.base.meanLength.toFixed(1)} |

## Reward model

Starts from the base model's weights; trained on ${figures.pairs.toLocaleString("en")} pairs of answers to one prompt with the loss -log sigmoid(chosen - rejected);
${stage(rewardModelling, "pairs")}. The gold scorer labels the pairs, ${percent(recipe.labelNoise)} of the labels are
turned round. Answers: ${percent(recipe.answerShares.base)} base model, ${percent(recipe.answerShares.corpus)} grammar, the rest spoilt texts (heaps of warm words, repetition, damaged
or unfinished reviews), so that text that only sounds warm scores low.

| figure | value |
| --- | --- |
| training loss at the end | ${figures.rewardLoss.toFixed(4)} |
| accuracy on ${figures.heldoutPairs} noise-free pairs of unequal gold, held-out prompts | ${figures.heldoutAccuracy.toFixed(4)} |

## PPO with the scenario's defaults

Seed ${report.seed}, ${report.steps} steps; held-out prompts, ${report.heldoutSamples} samples each.

| figure | before | after |
| --- | --- | --- |
| gold | ${report.heldoutGoldBefore.toFixed(3)} | ${report.heldoutGoldAfter.toFixed(3)} |
${(["sentiment", "grammatical", "topic", "meanLength"] as const).map((name) => `| ${name} | ${report[name].before.toFixed(3)} | ${report[name].after.toFixed(3)} |`).join("\n")}
| skeletons | ${report.skeletons.before} | ${report.skeletons.after} |

KL over the last steps ${report.klFinal.toFixed(2)} nats per response, mean clip fraction ${report.clipfracMean.toFixed(3)}.

Samples on the first ${SHOWN} held-out prompts, not selected:

| prompt | before | after |
| --- | --- | --- |
${scenario
  .heldoutPrompts()
  .slice(0, SHOWN)
  .map(({ text }, i) => `| ${text} | ${samples.before[i]?.responseText} | ${samples.after[i]?.responseText} |`)
  .join("\n")}
`;
}
