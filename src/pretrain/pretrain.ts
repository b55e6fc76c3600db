// From a recipe and an engine to the files of a base model and a reward model, with figures measured on the rounded weights.

import { type LabConfig, withDefaults } from "../config";
import type { Engine } from "../engine/engine";
import { type NamedTensors, VALUE_HEAD_BIAS } from "../engine/layout";
import type { LlamaConfig } from "../engine/llamaConfig";
import { initialWeights } from "../model/initialWeights";
import { saveModelFolder } from "../model/modelFolder";
import { readSafetensors, writeSafetensors } from "../model/safetensors";
import { loadTokenizer, type Tokenizer } from "../model/tokenizer";
import { RandomSource, Stream } from "../random";
import type { ScenarioPrompt } from "../scenarios/scenario";
import { closed, collectAnswers } from "./answers";
import { answerPrompts, mean, measureSamples, type SampleFigures } from "./measure";
import { type AnsweredPrompt, preferencePairs } from "./preferences";
import type { PretrainRecipe } from "./recipe";
import { pairAccuracy, scoreSequences, trainRewardModel } from "./rewardModelling";
import type { StageProgress } from "./schedule";
import { responseLoss, type SftExample, trainSft } from "./sft";

/** Samples behind every figure about the base model. */
const FIGURE_SAMPLES = 256;
/** Held-out prompts with answers behind the reward model's accuracy. */
const ACCURACY_PROMPTS = 320;
/** `draw` numbers of sampled answers; PPO steps stay far below. */
const Draw = { figures: 1_000_000, preferences: 2_000_000, accuracy: 3_000_000 } as const;

/** What `MODEL.md` reports; every figure is measured after rounding to float16. */
export interface PretrainFigures {
  readonly vocabSize: number;
  readonly corpusSize: number;
  readonly distinctCorpusTexts: number;
  /** Last reported training loss and loss on corpus reviews for held-out prompts, nats per token. */
  readonly sftLoss: number;
  readonly heldoutSftLoss: number;
  readonly base: SampleFigures;
  /** Share of base samples whose text does not occur in the training corpus. */
  readonly novelShare: number;
  readonly pairs: number;
  readonly rewardLoss: number;
  readonly heldoutPairs: number;
  readonly heldoutAccuracy: number;
}

export interface PretrainResult {
  readonly policy: ReadonlyMap<string, Uint8Array>;
  readonly reward: ReadonlyMap<string, Uint8Array>;
  readonly figures: PretrainFigures;
}

export type PretrainStage = "corpus" | "sft" | "preferences" | "rewardModelling" | "figures";
export type OnProgress = (stage: PretrainStage, progress: StageProgress | null) => void;

interface Workbench {
  readonly recipe: PretrainRecipe;
  readonly engine: Engine;
  readonly seed: number;
  readonly config: LabConfig;
  readonly modelConfig: LlamaConfig;
  readonly tokenizer: Tokenizer;
  readonly onProgress: OnProgress;
}

/**
 * Tokenizer, supervised base model, preferences, reward model. Everything random follows from `seed`.
 * @throws NonFiniteError when training leaves the finite numbers.
 */
export async function pretrain(recipe: PretrainRecipe, engine: Engine, seed: number, onProgress: OnProgress): Promise<PretrainResult> {
  const files = recipe.tokenizerFiles();
  const tokenizer = loadTokenizer(files.tokenizer, files.config);
  const modelConfig = recipe.modelConfig(tokenizer.vocabSize);
  const bench: Workbench = {
    recipe,
    engine,
    seed,
    config: { ...withDefaults(recipe.scenario.defaults), seed },
    modelConfig,
    tokenizer,
    onProgress,
  };

  onProgress("corpus", null);
  const corpus = writeCorpus(bench);
  const base = await trainBase(bench, corpus.examples);
  const reward = await trainReward(bench, base.weights);
  onProgress("figures", null);
  const figures = { ...(await measureBase(bench, base.weights, corpus.texts)), ...reward.figures, sftLoss: base.loss };

  const { bosTokenId, eosTokenId, padTokenId } = tokenizer;
  const folder = (weights: NamedTensors): Map<string, Uint8Array> => {
    const saved = saveModelFolder(modelConfig, weights, { dtype: "F16", tokenIds: { bosTokenId, eosTokenIds: [eosTokenId], padTokenId } });
    saved.set("tokenizer.json", new TextEncoder().encode(files.tokenizer));
    saved.set("tokenizer_config.json", new TextEncoder().encode(files.config));
    return saved;
  };
  const policy = folder(base.weights);
  // The policy's value head stays fresh (quirk Q33): PPO draws it from the run's seed.
  policy.delete("value_head.safetensors");
  return {
    policy,
    reward: folder(reward.weights),
    figures: { ...figures, vocabSize: tokenizer.vocabSize, corpusSize: corpus.examples.length, distinctCorpusTexts: corpus.texts.size },
  };
}

function writeCorpus({ recipe, seed, tokenizer }: Workbench): { examples: SftExample[]; texts: Set<string> } {
  const random = new RandomSource(seed, Stream.corpus);
  const prompts = recipe.scenario.trainPrompts();
  const texts = new Set<string>();
  const examples = Array.from({ length: recipe.corpusSize }, (_, i) => {
    const prompt = prompts[i % prompts.length] as ScenarioPrompt;
    const text = recipe.writeResponse(prompt.text, random);
    texts.add(text);
    return { query: tokenizer.encode(recipe.scenario.renderPrompt(prompt)), response: closed(tokenizer, text) };
  });
  return { examples, texts };
}

async function trainBase(bench: Workbench, examples: readonly SftExample[]): Promise<{ weights: NamedTensors; loss: number }> {
  const { recipe, engine, seed, modelConfig, tokenizer, onProgress } = bench;
  const weights = initialWeights(modelConfig, seed, { padTokenId: tokenizer.padTokenId, initializerRange: recipe.initializerRange });
  const model = await engine.createModel({ label: "base", config: modelConfig, weights, trainable: { kind: "full" } });
  let loss = Number.NaN;
  for await (const progress of trainSft(model, examples, { ...recipe.sft, seed }, tokenizer.padTokenId)) {
    loss = progress.loss;
    onProgress("sft", progress);
  }
  const trained = await model.readParameters();
  model.dispose();
  return { weights: roundToHalf(trained), loss };
}

/** The weights as they come back from a float16 file. */
export function roundToHalf(weights: NamedTensors): NamedTensors {
  return readSafetensors(writeSafetensors(weights, "F16")).tensors;
}

async function trainReward(bench: Workbench, baseWeights: NamedTensors) {
  const { recipe, engine, seed, modelConfig, tokenizer, onProgress } = bench;
  const { scenario } = recipe;
  const { padTokenId } = tokenizer;

  onProgress("preferences", null);
  const base = await engine.createModel({ label: "base", config: modelConfig, weights: baseWeights, trainable: null });
  const random = new RandomSource(seed, Stream.preference);
  const sources = { recipe, base, tokenizer, config: bench.config };
  const trainPrompts = scenario.trainPrompts();
  const order = random.permutation(trainPrompts.length);
  const asked = Array.from(
    { length: recipe.preferencePrompts },
    (_, i) => trainPrompts[order[i % order.length] as number] as ScenarioPrompt,
  );
  const answered = await collectAnswers(sources, asked, Draw.preferences, random);
  const pairs = preferencePairs(answered, scenario.judge, recipe.labelNoise, random);
  const heldout = scenario.heldoutPrompts().slice(0, ACCURACY_PROMPTS);
  const heldoutPairs = preferencePairs(await collectAnswers(sources, heldout, Draw.accuracy, random), scenario.judge, 0, random);
  base.dispose();

  const model = await engine.createModel({ label: "reward model", config: modelConfig, weights: baseWeights, trainable: { kind: "full" } });
  let rewardLoss = Number.NaN;
  for await (const progress of trainRewardModel(model, pairs, { ...recipe.rewardModelling, seed }, padTokenId)) {
    rewardLoss = progress.loss;
    onProgress("rewardModelling", progress);
  }
  const trained = await model.readParameters();
  const scores = await scoreSequences(model, sequences(answered), padTokenId);
  model.dispose();

  const weights = roundToHalf(shiftScores(trained, -mean(scores)));
  const rounded = await engine.createModel({ label: "reward model", config: modelConfig, weights, trainable: null });
  const heldoutAccuracy = await pairAccuracy(rounded, heldoutPairs, padTokenId);
  rounded.dispose();
  return { weights, figures: { pairs: pairs.length, rewardLoss, heldoutPairs: heldoutPairs.length, heldoutAccuracy } };
}

const sequences = (answered: readonly AnsweredPrompt[]): Int32Array[] =>
  answered.slice(0, 500).flatMap(({ query, answers }) => answers.map(({ response }) => Int32Array.of(...query, ...response)));

/** Pairs determine scores up to a constant; this sets it through the value head's bias. */
function shiftScores(weights: NamedTensors, shift: number): NamedTensors {
  return new Map(
    [...weights].map(([name, tensor]) => [
      name,
      name === VALUE_HEAD_BIAS ? { ...tensor, data: tensor.data.map((bias) => bias + shift) } : tensor,
    ]),
  );
}

async function measureBase(bench: Workbench, weights: NamedTensors, corpusTexts: ReadonlySet<string>) {
  const { recipe, engine, seed, config, modelConfig, tokenizer } = bench;
  const { scenario } = recipe;
  const model = await engine.createModel({ label: "base", config: modelConfig, weights, trainable: null });
  const heldout = scenario.heldoutPrompts().slice(0, FIGURE_SAMPLES);
  const samples = await answerPrompts({ policy: model, tokenizer, scenario, config, draw: Draw.figures }, heldout);
  const random = new RandomSource(seed, Stream.corpus, 1);
  const unseen = heldout.map((prompt) => ({
    query: tokenizer.encode(scenario.renderPrompt(prompt)),
    response: closed(tokenizer, recipe.writeResponse(prompt.text, random)),
  }));
  const heldoutSftLoss = await responseLoss(model, unseen, tokenizer.padTokenId);
  model.dispose();
  return {
    heldoutSftLoss,
    base: await measureSamples(samples, scenario, tokenizer, null),
    novelShare: mean(samples.map(({ responseText }) => (corpusTexts.has(responseText) ? 0 : 1))),
  };
}
