// The start-up probe: how long an engine takes for a small rollout and update, so that the faster engine can be chosen.

import type { SftLossHead } from "../loss/lossHead";
import { RandomSource } from "../random";
import type { Engine, EngineModel, TokenBatch } from "./engine";
import { parameterSpecs, sizeOf } from "./layout";
import type { LlamaConfig } from "./llamaConfig";

/** Config S but for its vocabulary: the size engines are compared at. */
export const PROBE_CONFIG: LlamaConfig = {
  vocabSize: 128,
  hiddenSize: 64,
  intermediateSize: 192,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 4,
  headDim: 16,
  maxPositionEmbeddings: 64,
  rmsNormEps: 1e-6,
  ropeTheta: 10000,
  ropeScaling: { kind: "none" },
  tieWordEmbeddings: false,
  attentionBias: false,
  mlpBias: false,
};
const ROWS = 16;
const PROMPT = 16;
const NEW_TOKENS = 8;
const KEY = 2028;

/** Milliseconds after which no further repetition begins. */
const ENOUGH_MS = 40;

/**
 * Milliseconds of one rollout and one update of a small model: the fastest of as many repetitions as fit into about 40 ms,
 * after one to warm up.
 */
export async function probe(engine: Engine, now: () => number = () => performance.now()): Promise<number> {
  const source = new RandomSource(KEY);
  const weights = new Map(
    parameterSpecs(PROBE_CONFIG).map(({ name, shape }) => {
      const centre = name.endsWith("norm.weight") ? 1 : 0;
      return [name, { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => centre + 0.1 * (source.uniform() - 0.5)) }];
    }),
  );
  const model = await engine.createModel({ label: "probe", config: PROBE_CONFIG, weights, trainable: { kind: "full" } });
  try {
    await rolloutAndUpdate(model);
    let fastest = Number.POSITIVE_INFINITY;
    const start = now();
    let end = start;
    do {
      const begin = end;
      await rolloutAndUpdate(model);
      end = now();
      fastest = Math.min(fastest, end - begin);
    } while (end - start < ENOUGH_MS);
    return fastest;
  } finally {
    model.dispose();
  }
}

function rows(seq: number): TokenBatch {
  const ids = Int32Array.from({ length: ROWS * seq }, (_, i) => i % PROBE_CONFIG.vocabSize);
  return { batch: ROWS, seq, ids, start: new Int32Array(ROWS), end: new Int32Array(ROWS).fill(seq) };
}

async function rolloutAndUpdate(model: EngineModel): Promise<void> {
  const blocks = model.generate({
    prompts: rows(PROMPT),
    maxNewTokens: NEW_TOKENS,
    sampling: { doSample: true, temperature: 1, topK: 0, topP: 1, repetitionPenalty: 1, seed: KEY, step: 0, rowOffset: 0 },
    stopTokenIds: [],
    padTokenId: 0,
    tokensPerBlock: Number.POSITIVE_INFINITY,
  });
  for await (const _ of blocks);
  const seq = PROMPT + NEW_TOKENS;
  const head: SftLossHead = { kind: "sft", mask: new Float32Array(ROWS * (seq - 1)).fill(1) };
  await model.accumulate(rows(seq), head, 1);
  await model.applyAdamW({
    learningRate: 1e-4,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: { decay: 0, noDecay: 0 },
    maxGradNorm: 1,
    stepWhenSkipped: false,
  });
  await model.readUpdates();
}
