// MODEL.md of a scenario: how its models were made, figures about them, and unselected samples before and after PPO.

import { parameterCount } from "../engine/layout";
import type { PretrainFigures } from "../pretrain/pretrain";
import type { PretrainRecipe, RewardRecipe, Stage } from "../pretrain/recipe";
import type { RewardFigures } from "../pretrain/rewardStage";
import type { Scenario } from "../scenarios/scenario";
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
  const { scenario, rewards } = recipe;
  const model = recipe.modelConfig(figures.vocabSize);
  return `# Models of the scenario \`${scenario.id}\`

${scenario.about.en}

Made by \`npm run lab -- pretrain --scenario ${scenario.id} --seed ${seed}\` (engine \`wasm\`). Everything is made here from the scenario's own
grammar; no outside data. Weights are stored as float16, and every figure below was measured after that rounding.

- \`${folderName(scenario.policy)}/\`: the base model. It has no value head file: PPO starts with a fresh one, drawn from the run's seed, as the reference
  does when none lies beside the model.
${rewards.map(({ entry }) => `- \`${folderName(entry.folder)}/\`: the reward model \`${entry.id}\` (${entry.type}). ${entry.note.en}\n`).join("")}- All hold the same tokenizer.

## Shape

Llama, ${parameterCount(model).toLocaleString("en")} parameters with value head: hidden ${model.hiddenSize}, ${model.numHiddenLayers} layers, ${model.numAttentionHeads} heads of ${model.headDim}, MLP ${model.intermediateSize},
vocabulary ${figures.vocabSize}, ${model.maxPositionEmbeddings} positions, embeddings ${model.tieWordEmbeddings ? "tied" : "not tied"}.

## Base model

Supervised on ${figures.corpusSize.toLocaleString("en")} prompts with answers written by the scenario's corpus (${figures.distinctCorpusTexts.toLocaleString("en")} distinct ones); loss on response tokens only;
${stageText(recipe.sft, "examples")}.

| figure | value |
| --- | --- |
| training loss at the end (nats per token) | ${figures.sftLoss.toFixed(4)} |
| loss on new answers to held-out prompts | ${figures.heldoutSftLoss.toFixed(4)} |
| samples whose text is not in the training corpus | ${percent(figures.novelShare)} |
${Object.entries(figures.base.parts)
  .map(([name, part]) => `| ${name} | ${part.toFixed(3)} |\n`)
  .join("")}| gold | ${figures.base.gold.toFixed(3)} |
| distinct skeletons and responses of ${ppo.report.heldoutSamples} | ${figures.base.skeletons}, ${figures.base.distinctResponses} |
| mean length (tokens, EOS included) | ${figures.base.meanLength.toFixed(1)} |

${rewards.map((reward) => rewardSection(recipe, reward, figures.rewards[reward.entry.id])).join("")}${ppoSection(scenario, ppo)}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const folderName = (path: string): string => path.split("/").at(-1) ?? path;

function stageText(options: Stage, unit: string): string {
  return `${options.epochs} epochs in batches of ${options.batchSize} ${unit}, AdamW, learning rate ${options.learningRate} (${options.warmupSteps} steps of warm-up, then cosine), weight decay ${options.weightDecay}, gradient norm at most ${options.maxGradNorm}`;
}

function rewardSection({ answerShares }: PretrainRecipe, reward: RewardRecipe, figures: RewardFigures | undefined): string {
  if (!figures) return "";
  const { entry, labelNoise, ordinaryOnly, training } = reward;
  const spoilt = ordinaryOnly ? "left out here: the rest, spoilt texts" : "the rest spoilt texts";
  return `## Reward model \`${entry.id}\`

${entry.note.en} Starts from the base model's weights${entry.type === "full" ? "" : ", which stay as they are: an adapter and a head are trained"}; trained on ${figures.pairs.toLocaleString("en")} pairs of answers to one prompt
with the loss -log sigmoid(chosen - rejected); ${stageText(training, "pairs")}.
${percent(labelNoise)} of the labels are turned round. Answers: ${percent(answerShares.base)} base model, ${percent(answerShares.corpus)} corpus, ${spoilt}. Scores are shifted so that
their mean over training texts is 0 (pairs determine scores only up to a constant).

| figure | value |
| --- | --- |
| training loss at the end | ${figures.loss.toFixed(4)} |
| accuracy on ${figures.heldoutPairs} noise-free pairs of unequal worth, held-out prompts | ${figures.heldoutAccuracy.toFixed(4)} |

`;
}

function ppoSection(scenario: Scenario, { report, samples }: TrainOutcome): string {
  const row = (name: string, { before, after }: { before: number; after: number }) =>
    `| ${name} | ${before.toFixed(3)} | ${after.toFixed(3)} |\n`;
  const cell = (text: string | undefined) => (text ?? "").replaceAll("|", "\\|");
  return `## PPO with the scenario's defaults

Seed ${report.seed}, ${report.steps} steps; held-out prompts, ${report.heldoutSamples} samples each.

| figure | before | after |
| --- | --- | --- |
${row("gold", { before: report.heldoutGoldBefore, after: report.heldoutGoldAfter })}${row("gold on hard prompts", report.hardGold)}${Object.entries(
  report.parts,
)
  .map(([name, pair]) => row(name, pair))
  .join("")}${row("mean length", report.meanLength)}| skeletons | ${report.skeletons.before} | ${report.skeletons.after} |

KL over the last steps ${report.klFinal.toFixed(2)} nats per response, mean clip fraction ${report.clipfracMean.toFixed(3)}.

Samples on the first ${SHOWN} held-out prompts, not selected:

| prompt | before | after |
| --- | --- | --- |
${scenario
  .heldoutPrompts()
  .slice(0, SHOWN)
  .map(({ text }, i) => `| ${cell(text)} | ${cell(samples.before[i]?.responseText)} | ${cell(samples.after[i]?.responseText)} |\n`)
  .join("")}`;
}
