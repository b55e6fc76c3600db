// The reward models of a scenario: the base model's weights go in, each recipe's model folder and figures come out.

import type { LabConfig } from "../config";
import type { Engine, EngineModel, ModelSpec } from "../engine/engine";
import { type NamedTensors, VALUE_HEAD_BIAS } from "../engine/layout";
import type { LlamaConfig } from "../engine/llamaConfig";
import type { Tokenizer } from "../model/tokenizer";
import { RandomSource, Stream } from "../random";
import type { ScenarioPrompt } from "../scenarios/scenario";
import { collectAnswers } from "./answers";
import { newRewardAdapter, type RewardWeights } from "./rewardWeights";
import { mean } from "./measure";
import { type AnsweredPrompt, preferencePairs } from "./preferences";
import type { PretrainRecipe, RewardRecipe } from "./recipe";
import { type PreferencePair, pairAccuracy, scoreSequences, trainRewardModel } from "./rewardModelling";
import { roundToHalf } from "./rounding";
import type { StageProgress } from "./schedule";

/** Held-out prompts with answers behind a reward model's accuracy. */
const ACCURACY_PROMPTS = 320;
/** Prompts whose answers' mean score is set to 0. */
const CENTRED_PROMPTS = 500;
/** `draw` numbers of sampled answers; PPO steps stay far below. */
const Draw = { preferences: 2_000_000, accuracy: 3_000_000 } as const;

/** Measured after rounding to float16. */
export interface RewardFigures {
  readonly pairs: number;
  /** Last reported training loss. */
  readonly loss: number;
  /** Noise-free pairs of unequal worth on held-out prompts, and the share that the model ranks rightly. */
  readonly heldoutPairs: number;
  readonly heldoutAccuracy: number;
}

export interface TrainedReward {
  readonly recipe: RewardRecipe;
  readonly weights: RewardWeights;
  readonly figures: RewardFigures;
}

export interface RewardStageInputs {
  readonly recipe: PretrainRecipe;
  readonly engine: Engine;
  readonly seed: number;
  /** Sampling options of the base model. */
  readonly config: LabConfig;
  readonly modelConfig: LlamaConfig;
  readonly tokenizer: Tokenizer;
  /** Rounded to float16 already. */
  readonly baseWeights: NamedTensors;
  readonly onPreferences: () => void;
  readonly onProgress: (id: string, progress: StageProgress) => void;
}

/**
 * All reward models learn from the same answers; each recipe's labellers say which of two is better.
 * @throws NonFiniteError when training leaves the finite numbers.
 */
export async function trainRewards(inputs: RewardStageInputs): Promise<TrainedReward[]> {
  if (inputs.recipe.rewards.length === 0) return [];
  inputs.onPreferences();
  const { answered, lots } = await collectPairs(inputs);
  const trained: TrainedReward[] = [];
  for (const lot of lots) trained.push(await trainReward(inputs, lot, answered));
  return trained;
}

interface PairLot {
  readonly recipe: RewardRecipe;
  readonly pairs: readonly PreferencePair[];
  readonly heldoutPairs: readonly PreferencePair[];
}

async function collectPairs(inputs: RewardStageInputs): Promise<{ answered: readonly AnsweredPrompt[]; lots: PairLot[] }> {
  const { recipe, engine, seed, config, modelConfig, tokenizer, baseWeights } = inputs;
  const { scenario } = recipe;
  const base = await engine.createModel({ label: "base", config: modelConfig, weights: baseWeights, trainable: null });
  const random = new RandomSource(seed, Stream.preference);
  const sources = { recipe, base, tokenizer, config };
  const trainPrompts = scenario.trainPrompts();
  const order = random.permutation(trainPrompts.length);
  const asked = Array.from(
    { length: recipe.preferencePrompts },
    (_, i) => trainPrompts[order[i % order.length] as number] as ScenarioPrompt,
  );
  const answered = await collectAnswers(sources, asked, Draw.preferences, random);
  // Reward models of the same labellers learn from the same labels.
  const labels = new Map<RewardRecipe["prefers"], PreferencePair[]>();
  for (const reward of recipe.rewards)
    if (!labels.has(reward.prefers)) labels.set(reward.prefers, preferencePairs(answered, reward, random));
  const unseen = await collectAnswers(sources, scenario.heldoutPrompts().slice(0, ACCURACY_PROMPTS), Draw.accuracy, random);
  base.dispose();
  const lots = recipe.rewards.map((reward) => ({
    recipe: reward,
    pairs: labels.get(reward.prefers) ?? [],
    heldoutPairs: preferencePairs(unseen, { ...reward, labelNoise: 0 }, random),
  }));
  return { answered, lots };
}

async function trainReward(inputs: RewardStageInputs, lot: PairLot, answered: readonly AnsweredPrompt[]): Promise<TrainedReward> {
  const { engine, seed, modelConfig, baseWeights } = inputs;
  const { padTokenId } = inputs.tokenizer;
  const { recipe, pairs, heldoutPairs } = lot;
  const adapter = newRewardAdapter(recipe, modelConfig, seed);
  const start: ModelSpec = {
    label: "reward model",
    config: modelConfig,
    weights: baseWeights,
    trainable: adapter?.parametrisation ?? { kind: "full" },
    ...(adapter ? { adapter: adapter.tensors } : {}),
  };
  const model = await engine.createModel(start);
  let loss = Number.NaN;
  for await (const progress of trainRewardModel(model, pairs, { ...recipe.training, seed }, padTokenId)) {
    loss = progress.loss;
    inputs.onProgress(recipe.entry.id, progress);
  }
  const shift = -mean(await scoreSequences(model, sequences(answered), padTokenId));
  const theta = roundToHalf(shiftScores((await model.saveState()).parameters, shift));
  model.dispose();

  const rounded = await loadRounded(engine, start, theta);
  const heldoutAccuracy = await pairAccuracy(rounded, heldoutPairs, padTokenId);
  rounded.dispose();
  const figures = { pairs: pairs.length, loss, heldoutPairs: heldoutPairs.length, heldoutAccuracy };
  return { recipe, weights: { adapter, theta }, figures };
}

/** The reward model as its files will give it back. */
async function loadRounded(engine: Engine, start: ModelSpec, theta: NamedTensors): Promise<EngineModel> {
  const rounded = (weights: NamedTensors): NamedTensors => new Map([...weights].map(([name, tensor]) => [name, theta.get(name) ?? tensor]));
  return engine.createModel({
    ...start,
    weights: rounded(start.weights),
    ...(start.adapter ? { adapter: rounded(start.adapter) } : {}),
  });
}

const sequences = (answered: readonly AnsweredPrompt[]): Int32Array[] =>
  answered.slice(0, CENTRED_PROMPTS).flatMap(({ query, answers }) => answers.map(({ response }) => Int32Array.of(...query, ...response)));

/** Pairs determine scores up to a constant; this sets it through the value head's bias. */
function shiftScores(weights: NamedTensors, shift: number): NamedTensors {
  return new Map(
    [...weights].map(([name, tensor]) => [
      name,
      name === VALUE_HEAD_BIAS ? { ...tensor, data: tensor.data.map((bias) => bias + shift) } : tensor,
    ]),
  );
}
