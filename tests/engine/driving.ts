// Small helpers to drive an engine in tests.

import type { AdamWStep, Engine, EngineModel, GenerateRequest, TokenBatch } from "../../src/engine/engine";
import type { NamedTensors } from "../../src/engine/layout";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import type { LossHead, LossResult } from "../../src/loss/lossHead";

export function trainable(engine: Engine, config: LlamaConfig, weights: NamedTensors): Promise<EngineModel> {
  return engine.createModel({ label: "policy", config, weights, trainable: { kind: "full" } });
}

export function frozen(engine: Engine, config: LlamaConfig, weights: NamedTensors): Promise<EngineModel> {
  return engine.createModel({ label: "reference", config, weights, trainable: null });
}

/** All new tokens of a generation, one array per row. */
export async function generateRows(model: EngineModel, request: GenerateRequest): Promise<number[][]> {
  const rows: number[][] = Array.from({ length: request.prompts.batch }, () => []);
  for await (const { count, tokens, first } of model.generate(request))
    for (const [row, all] of rows.entries()) {
      if (all.length !== first) throw new RangeError(`block starts at ${first}, expected ${all.length}`);
      all.push(...tokens.subarray(row * count, (row + 1) * count));
    }
  return rows;
}

/** One minibatch, and what its loss was. */
export async function accumulateOnce(model: EngineModel, batch: TokenBatch, head: LossHead, gradScale = 1): Promise<LossResult> {
  await model.accumulate(batch, head, gradScale);
  const { losses } = await model.readUpdates();
  if (losses.length !== 1) throw new RangeError(`expected one loss in the log, got ${losses.length}`);
  return losses[0] as LossResult;
}

/** All numbers of all tensors in one array, for bit-wise comparison. */
export function flatten(tensors: NamedTensors): number[] {
  return [...tensors.values()].flatMap(({ data }) => Array.from(data));
}

/** ||a - b|| / ||b|| */
export function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += ((a[i] as number) - (b[i] as number)) ** 2;
    norm += (b[i] as number) ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** An optimizer step that moves the tiny model well. */
export const ADAMW: AdamWStep = {
  learningRate: 3e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: { decay: 0.01, noDecay: 0 },
  maxGradNorm: 1,
  stepWhenSkipped: false,
};

/** Four sampled rows of at most four tokens, from prompts of 1 to 3. */
export const GENERATION = {
  prompts: {
    batch: 4,
    seq: 3,
    ids: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
    start: Int32Array.of(1, 0, 0, 2),
    end: Int32Array.of(3, 3, 3, 3),
  },
  maxNewTokens: 4,
  sampling: { doSample: true, temperature: 1, topK: 0, topP: 1, repetitionPenalty: 1, seed: 1, step: 0, rowOffset: 0 },
  stopTokenIds: [1],
  padTokenId: 0,
  tokensPerBlock: Number.POSITIVE_INFINITY,
};
