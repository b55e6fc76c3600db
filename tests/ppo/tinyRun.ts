// A complete PPO run small enough for tests: random weights, a tokenizer of bare ids, a rule as reward.

import type { LabConfig } from "../../src/config";
import { withDefaults } from "../../src/config";
import type { Engine, EngineModel } from "../../src/engine/engine";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import { initialWeights } from "../../src/model/initialWeights";
import type { Tokenizer } from "../../src/model/tokenizer";
import type { EvaluationPrompts } from "../../src/ppo/evaluation";
import type { TrainerControl, TrainerInputs } from "../../src/ppo/trainer";
import type { PhaseEvent, StepRecord } from "../../src/records";
import { ruleReward } from "../../src/reward/ruleReward";
import { ENGINES } from "../engine/engines";

export const TINY_MODEL: LlamaConfig = {
  vocabSize: 20,
  hiddenSize: 16,
  intermediateSize: 24,
  numHiddenLayers: 1,
  numAttentionHeads: 2,
  numKeyValueHeads: 1,
  headDim: 8,
  maxPositionEmbeddings: 32,
  rmsNormEps: 1e-6,
  ropeTheta: 10000,
  ropeScaling: { kind: "none" },
  tieWordEmbeddings: false,
  attentionBias: false,
  mlpBias: false,
};

export const tinyTokenizer: Tokenizer = {
  vocabSize: 20,
  bosTokenId: 0,
  eosTokenId: 1,
  padTokenId: 2,
  stopTokenIds: [1],
  encode: (text) => Int32Array.from(text.split(" "), Number),
  decode: (ids, { skipSpecialTokens }) =>
    Array.from(ids)
      .filter((id) => !skipSpecialTokens || id > 2)
      .join(" "),
  tokenText: (id) => `${id} `,
};

/** Batches of 8 in minibatches of 4, 3 steps, pure sampling. */
export function tinyConfig(changes: Partial<LabConfig> = {}): LabConfig {
  return withDefaults({
    seed: 7,
    perDeviceTrainBatchSize: 4,
    ppoBufferSize: 2,
    ppoEpochs: 2,
    maxSteps: 3,
    temperature: 1,
    topK: 0,
    topP: 1,
    maxNewTokens: 5,
    learningRate: 3e-3,
    loggingSteps: 2,
    ...changes,
  });
}

/** 20 prompts of 2 to 4 tokens. */
export const tinyPrompts = Array.from({ length: 20 }, (_, i) => Int32Array.from({ length: 2 + (i % 3) }, (_, j) => 3 + ((i + j) % 17)));

/** 6 prompts of 3 tokens and 5 of 5, other ones than `tinyPrompts`. */
export const tinyEvaluation: EvaluationPrompts = {
  heldout: Array.from({ length: 6 }, (_, i) => Int32Array.of(19 - i, 4 + i, 9)),
  hard: Array.from({ length: 5 }, (_, i) => Int32Array.of(3 + i, 18, 5, 17 - i, 6)),
};

/** Every odd token is worth a point. */
export const oddTokens = ruleReward(({ responseText }) => responseText.split(" ").filter((id) => Number(id) % 2 === 1).length, 1);

export function quietControl(changes: Partial<TrainerControl> = {}): TrainerControl {
  return { tokensPerBlock: Number.POSITIVE_INFINITY, watchMinibatches: false, detail: null, pendingConfig: null, ...changes };
}

/** The caller disposes it. */
export async function wasmEngine(): Promise<Engine> {
  const wasm = ENGINES.find(([name]) => name === "wasm");
  if (!wasm) throw new Error("no wasm engine");
  return wasm[1]();
}

const weights = initialWeights(TINY_MODEL, 3, { padTokenId: null, initializerRange: 0.3 });

export async function tinyModels(engine: Engine): Promise<{ policy: EngineModel; reference: EngineModel }> {
  return {
    policy: await engine.createModel({ label: "policy", config: TINY_MODEL, weights, trainable: { kind: "full" } }),
    reference: await engine.createModel({ label: "reference", config: TINY_MODEL, weights, trainable: null }),
  };
}

/** Inputs of a run on the given or fresh models; the caller disposes both. */
export async function tinyRun(
  engine: Engine,
  changes: Partial<TrainerInputs> = {},
  models?: { readonly policy: EngineModel; readonly reference: EngineModel },
): Promise<TrainerInputs> {
  return {
    config: tinyConfig(),
    ...(models ?? (await tinyModels(engine))),
    rewardModel: oddTokens,
    tokenizer: tinyTokenizer,
    prompts: tinyPrompts,
    evaluation: tinyEvaluation,
    judge: ({ responseText, ended }) => ({ gold: ended ? 1 : 0, parts: { length: responseText.length / 100 } }),
    control: quietControl(),
    ...changes,
  };
}

export function disposeRun({ policy, reference }: TrainerInputs): void {
  policy.dispose();
  reference.dispose();
}

export async function allEvents(events: AsyncGenerator<PhaseEvent, void, void>): Promise<PhaseEvent[]> {
  const collected: PhaseEvent[] = [];
  for await (const event of events) collected.push(event);
  return collected;
}

/** Step records without what a clock decides. */
export function records(events: readonly PhaseEvent[]): StepRecord[] {
  return events.flatMap((event) => {
    if (event.phase !== "step") return [];
    const stats = Object.fromEntries(Object.entries(event.record.stats).filter(([key]) => !key.startsWith("time/")));
    return [{ ...event.record, stats, seconds: {} }];
  });
}
