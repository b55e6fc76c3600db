// From a recipe and an engine to the files of a base model and its reward models, with figures measured on the rounded weights.

import { type LabConfig, withDefaults } from "../config";
import type { Engine } from "../engine/engine";
import type { NamedTensors } from "../engine/layout";
import type { LlamaConfig } from "../engine/llamaConfig";
import { initialWeights } from "../model/initialWeights";
import { loadTokenizer, type Tokenizer } from "../model/tokenizer";
import { RandomSource, Stream } from "../random";
import type { ScenarioPrompt } from "../scenarios/scenario";
import { closed } from "./answers";
import { answerPrompts, mean, measureSamples, type SampleFigures } from "./measure";
import type { PretrainRecipe } from "./recipe";
import { type RewardFigures, trainRewards } from "./rewardStage";
import { type Packing, policyFolder, rewardFolder } from "./rewardWeights";
import { roundToHalf } from "./rounding";
import type { StageProgress } from "./schedule";
import { responseLoss, type SftExample, trainSft } from "./sft";

/** Samples behind every figure about the base model. */
const FIGURE_SAMPLES = 256;
/** `draw` number of the measured samples; PPO steps stay far below. */
const FIGURES_DRAW = 1_000_000;

/** What `MODEL.md` reports about the base model; measured after rounding to float16. */
export interface BaseFigures {
  readonly vocabSize: number;
  readonly corpusSize: number;
  readonly distinctCorpusTexts: number;
  /** Last reported training loss and loss on corpus answers to held-out prompts, nats per token. */
  readonly sftLoss: number;
  readonly heldoutSftLoss: number;
  readonly base: SampleFigures;
  /** Share of base samples whose text does not occur in the training corpus. */
  readonly novelShare: number;
}

export interface PretrainFigures extends BaseFigures {
  /** By the reward model's name. */
  readonly rewards: Readonly<Record<string, RewardFigures>>;
}

/** The files of one model folder by name. */
export type FolderFiles = ReadonlyMap<string, Uint8Array>;

/** A base model that is there already, with its figures. */
export interface KeptBase {
  readonly weights: NamedTensors;
  readonly figures: BaseFigures;
}

export interface PretrainResult {
  /** By folder under `public/`. */
  readonly folders: ReadonlyMap<string, FolderFiles>;
  readonly figures: PretrainFigures;
}

export interface PretrainInputs {
  readonly recipe: PretrainRecipe;
  readonly engine: Engine;
  readonly seed: number;
  /** Skip the base model's training. */
  readonly keptBase: KeptBase | null;
  /** What is going on; `progress` within training stages. */
  readonly onProgress: (stage: string, progress: StageProgress | null) => void;
}

interface Workbench extends PretrainInputs {
  readonly config: LabConfig;
  readonly modelConfig: LlamaConfig;
  readonly tokenizer: Tokenizer;
}

/**
 * Tokenizer, supervised base model, preferences, reward models. Everything random follows from `seed`.
 * @throws NonFiniteError when training leaves the finite numbers.
 */
export async function pretrain(inputs: PretrainInputs): Promise<PretrainResult> {
  const { recipe, engine, seed, keptBase, onProgress } = inputs;
  const files = recipe.tokenizerFiles();
  const tokenizer = loadTokenizer(files.tokenizer, files.config);
  const modelConfig = recipe.modelConfig(tokenizer.vocabSize);
  const config = { ...withDefaults(recipe.scenario.defaults), seed };
  const bench: Workbench = { ...inputs, config, modelConfig, tokenizer };

  const base = keptBase ?? (await makeBase(bench));
  const rewards = await trainRewards({
    recipe,
    engine,
    seed,
    config,
    modelConfig,
    tokenizer,
    baseWeights: base.weights,
    onPreferences: () => onProgress("preferences", null),
    onProgress: (id, progress) => onProgress(`reward model ${id}`, progress),
  });

  const packing: Packing = { scenario: recipe.scenario, modelConfig, tokenizer, files };
  const folders = new Map([[recipe.scenario.policy, policyFolder(packing, base.weights)]]);
  for (const { recipe: reward, weights } of rewards) folders.set(reward.entry.folder, rewardFolder(packing, base.weights, weights));
  return {
    folders,
    figures: { ...base.figures, rewards: Object.fromEntries(rewards.map(({ recipe: reward, figures }) => [reward.entry.id, figures])) },
  };
}

async function makeBase(bench: Workbench): Promise<KeptBase> {
  bench.onProgress("corpus", null);
  const corpus = writeCorpus(bench);
  const { weights, loss } = await trainBase(bench, corpus.examples);
  bench.onProgress("figures", null);
  const figures: BaseFigures = {
    vocabSize: bench.tokenizer.vocabSize,
    corpusSize: corpus.examples.length,
    distinctCorpusTexts: corpus.texts.size,
    sftLoss: loss,
    ...(await measureBase(bench, weights, corpus.texts)),
  };
  return { weights, figures };
}

function writeCorpus({ recipe, seed, tokenizer, config }: Workbench): { examples: SftExample[]; texts: Set<string> } {
  const random = new RandomSource(seed, Stream.corpus);
  const prompts = recipe.scenario.trainPrompts();
  const texts = new Set<string>();
  const examples = Array.from({ length: recipe.corpusSize }, (_, i) => {
    const prompt = prompts[i % prompts.length] as ScenarioPrompt;
    const text = recipe.writeResponse(prompt.text, random);
    texts.add(text);
    return { query: tokenizer.encode(recipe.scenario.renderPrompt(prompt, config.template)), response: closed(tokenizer, text) };
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

async function measureBase(bench: Workbench, weights: NamedTensors, corpusTexts: ReadonlySet<string>) {
  const { recipe, engine, seed, config, modelConfig, tokenizer } = bench;
  const { scenario } = recipe;
  const model = await engine.createModel({ label: "base", config: modelConfig, weights, trainable: null });
  const heldout = scenario.heldoutPrompts().slice(0, FIGURE_SAMPLES);
  const samples = await answerPrompts({ policy: model, tokenizer, scenario, config, draw: FIGURES_DRAW }, heldout);
  const random = new RandomSource(seed, Stream.corpus, 1);
  const unseen = heldout.map((prompt) => ({
    query: tokenizer.encode(scenario.renderPrompt(prompt, config.template)),
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
