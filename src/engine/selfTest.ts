// The start-up self-test: an engine computes a tiny model's log-probabilities, values and gradients; the reference engine must agree.

import type { PpoLossHead } from "../loss/lossHead";
import { RandomSource } from "../random";
import type { Engine, TokenBatch } from "./engine";
import { type NamedTensors, parameterSpecs, sizeOf } from "./layout";
import type { LlamaConfig } from "./llamaConfig";

/** Odd sizes and grouped queries, so that no tile fits. */
const CONFIG: LlamaConfig = {
  vocabSize: 13,
  hiddenSize: 10,
  intermediateSize: 14,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  numKeyValueHeads: 1,
  headDim: 6,
  maxPositionEmbeddings: 16,
  rmsNormEps: 1e-5,
  ropeTheta: 100,
  ropeScaling: { kind: "none" },
  tieWordEmbeddings: false,
  attentionBias: false,
  mlpBias: false,
};
const ROWS = 3;
const SEQ = 7;
const KEY = 2027;

/** Rounding stays far below, a wrong kernel is far above. Log-probabilities and values absolute, gradients relative to each tensor's norm. */
const TOLERANCE = 1e-3;

export interface SelfTestMismatch {
  /** Log-probabilities, values, or the name of the tensor whose gradient is wrong. */
  readonly what: string;
  readonly difference: number;
  readonly tolerance: number;
}

interface Answers {
  readonly logprobs: Float32Array;
  readonly values: Float32Array;
  readonly gradients: NamedTensors;
}

/** Compares `engine` with `reference`. @returns the first thing that differs too much, or null */
export async function selfTest(engine: Engine, reference: Engine): Promise<SelfTestMismatch | null> {
  const expected = await answers(reference);
  const actual = await answers(engine);
  for (const what of ["logprobs", "values"] as const) {
    const difference = largestDifference(actual[what], expected[what]);
    if (!(difference <= TOLERANCE)) return { what, difference, tolerance: TOLERANCE };
  }
  for (const [name, { data }] of expected.gradients) {
    const own = actual.gradients.get(name)?.data ?? new Float32Array(data.length).fill(Number.NaN);
    const norm = Math.sqrt(data.reduce((sum, g) => sum + g * g, 0));
    const difference = Math.sqrt(data.reduce((sum, g, i) => sum + (g - (own[i] as number)) * (g - (own[i] as number)), 0)) / norm;
    if (!(difference <= TOLERANCE)) return { what: name, difference, tolerance: TOLERANCE };
  }
  return null;
}

async function answers(engine: Engine): Promise<Answers> {
  const model = await engine.createModel({ label: "self-test", config: CONFIG, weights: randomWeights(), trainable: { kind: "full" } });
  try {
    const batch = paddedBatch();
    const { logprobs, values } = await model.evaluate({ batch, columns: new Uint8Array(ROWS * (SEQ - 1)).fill(1) });
    await model.accumulate(batch, lossHead(batch), 1);
    const gradients = await model.readGradients();
    await model.readUpdates();
    return { logprobs, values, gradients };
  } finally {
    model.dispose();
  }
}

function randomWeights(): NamedTensors {
  const source = new RandomSource(KEY, 1);
  return new Map(
    parameterSpecs(CONFIG).map(({ name, shape }) => {
      const centre = name.endsWith("norm.weight") ? 1 : 0;
      return [name, { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => centre + 0.3 * source.normal()) }];
    }),
  );
}

/** One row padded on the left, one full, one padded on the right. */
function paddedBatch(): TokenBatch {
  const source = new RandomSource(KEY, 2);
  return {
    batch: ROWS,
    seq: SEQ,
    ids: Int32Array.from({ length: ROWS * SEQ }, () => source.below(CONFIG.vocabSize)),
    start: Int32Array.of(2, 0, 0),
    end: Int32Array.of(SEQ, SEQ, SEQ - 2),
  };
}

/** The tokens from the fourth on are the responses; no ratio is near a clip, where rounding could flip a branch. */
function lossHead({ end }: TokenBatch): PpoLossHead {
  const source = new RandomSource(KEY, 3);
  const width = SEQ - 1;
  const mask = Float32Array.from({ length: ROWS * width }, (_, i) => {
    const t = i % width;
    return t >= 3 && t + 1 < (end[Math.floor(i / width)] as number) ? 1 : 0;
  });
  const noise = (centre: number, scale: number) => Float32Array.from(mask, (m) => m * (centre + scale * source.normal()));
  return {
    kind: "ppo",
    mask,
    oldLogprobs: noise(-3, 0.1),
    oldValues: noise(0, 0.5),
    advantages: noise(0, 1),
    returns: noise(0, 1),
    cliprange: 1000,
    cliprangeValue: 1000,
    vfCoef: 0.1,
    ratioThreshold: 1e9,
    allColumns: false,
  };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  let largest = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (const [i, x] of a.entries()) {
    const difference = Math.abs(x - (b[i] as number));
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
