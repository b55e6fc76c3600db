// How a supervised stage visits its examples and how fast it learns: pure functions of the options and the step.

import { cos } from "../elementary";
import type { AdamWStep } from "../engine/engine";
import { RandomSource, Stream } from "../random";

export interface StageOptions {
  readonly seed: number;
  /** Passes over the examples. */
  readonly epochs: number;
  /** Examples (or pairs) per optimizer step. */
  readonly batchSize: number;
  /** Peak learning rate, reached after the warm-up. */
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly weightDecay: number;
  readonly maxGradNorm: number;
}

const PI = 3.141592653589793;
/** Batches whose examples are sorted by length together, so that rows of one batch need little padding. */
const BATCHES_PER_BUCKET = 16;

/** Linear warm-up, then half a cosine down to a hundredth of the peak. */
export function stageLearningRate(options: StageOptions, step: number, totalSteps: number): number {
  const { learningRate, warmupSteps } = options;
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  return learningRate * (0.01 + 0.99 * 0.5 * (1 + cos(PI * progress)));
}

export function stageAdamW(options: StageOptions, step: number, totalSteps: number): AdamWStep {
  return {
    learningRate: stageLearningRate(options, step, totalSteps),
    beta1: 0.9,
    beta2: 0.98,
    epsilon: 1e-8,
    weightDecay: { decay: options.weightDecay, noDecay: 0 },
    maxGradNorm: options.maxGradNorm,
    stepWhenSkipped: false,
  };
}

/** Optimizer steps of a whole stage; an incomplete last batch of an epoch is dropped. */
export function stageSteps(options: StageOptions, examples: number): number {
  return options.epochs * Math.floor(examples / options.batchSize);
}

/**
 * Example indices of every batch of one epoch, each [batchSize]: shuffled, similar lengths together, batches in random order.
 * @param lengths of the examples in tokens
 */
export function epochBatches(options: StageOptions, epoch: number, lengths: ArrayLike<number>): Int32Array[] {
  const { batchSize, seed } = options;
  const random = new RandomSource(seed, Stream.shuffle, epoch);
  const order = random.permutation(lengths.length);
  const whole = Math.floor(lengths.length / batchSize) * batchSize;
  const batches: Int32Array[] = [];
  for (let first = 0; first < whole; first += batchSize * BATCHES_PER_BUCKET) {
    const bucket = order.slice(first, Math.min(whole, first + batchSize * BATCHES_PER_BUCKET));
    bucket.sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b);
    for (let i = 0; i < bucket.length; i += batchSize) batches.push(bucket.slice(i, i + batchSize));
  }
  return Array.from(random.permutation(batches.length), (i) => batches[i] as Int32Array);
}

/** Where a stage stands. `loss` is the mean of the optimizer steps since the last report. */
export interface StageProgress {
  readonly step: number;
  readonly totalSteps: number;
  readonly loss: number;
}

/** Optimizer steps between two reports. */
export const STEPS_PER_REPORT = 50;
