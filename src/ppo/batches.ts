// Which prompts PPO step j trains on: a loader that shuffles every dataset epoch and drops the incomplete last batch.

import { RandomSource, Stream } from "../random";

/** One PPO batch of prompts (fact sheet 1.5 point 6). */
export interface PromptBatch {
  /** Dataset epoch, 0-based. */
  readonly epoch: number;
  /** Last whole batch of its dataset epoch (quirk Q3 looks at this). */
  readonly endOfDataloader: boolean;
  /** Indices into the prompts, [batchSize]. */
  readonly rows: Int32Array;
}

/**
 * The batch of PPO step `step`. It follows from (seed, step) alone, so a resumed run needs no loader state.
 * @param samples number of prompts in use, at least `batchSize`
 */
export function promptBatch(seed: number, step: number, samples: number, batchSize: number): PromptBatch {
  const batchesPerEpoch = Math.floor(samples / batchSize);
  const epoch = Math.floor(step / batchesPerEpoch);
  const index = step % batchesPerEpoch;
  const order = new RandomSource(seed, Stream.shuffle, epoch).permutation(samples);
  return { epoch, endOfDataloader: index === batchesPerEpoch - 1, rows: order.slice(index * batchSize, (index + 1) * batchSize) };
}

/** The order in which PPO epoch `epoch` of step `step` visits the batch rows, [batchSize] (fact sheet 5.7). */
export function epochPermutation(seed: number, step: number, epoch: number, batchSize: number): Int32Array {
  return new RandomSource(seed, Stream.permutation, step, epoch).permutation(batchSize);
}
