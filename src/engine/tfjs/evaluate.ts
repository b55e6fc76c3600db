// Next-token statistics and values at wanted columns, spread into the arrays of the engine interface.

import type * as tf from "@tensorflow/tfjs-core";
import type { EvaluateRequest, Evaluation } from "../engine";
import { uploadBatch, wantedColumns } from "./batchInputs";
import { hiddenStates, uploadDropout, valuesOf } from "./llama";
import { entropiesOf, type LossInputs, nextTokenLogprobs } from "./lossHeads";
import { gatherRows } from "./rows";

type Outputs = { values?: tf.Tensor; logprobs?: tf.Tensor; entropies?: tf.Tensor; distribution?: tf.Tensor };

/** The batch has been checked. @throws ShapeError when `columns` is not [batch, seq - 1]. */
export async function evaluateColumns(inputs: LossInputs, request: EvaluateRequest): Promise<Evaluation> {
  const { runtime, config, weights, tokens } = inputs;
  const { topK = 0, distribution: wantsDistribution = false, entropies: wantsEntropies = false } = request;
  const { columns, positions, targets } = wantedColumns(tokens, request.columns);
  const size = tokens.batch * (tokens.seq - 1);
  const tensors = runtime.run((): Outputs => {
    if (columns.length === 0) return {};
    const batchInputs = uploadBatch(runtime, config, tokens);
    const hidden = hiddenStates(config, weights, batchInputs);
    const everyValue = valuesOf(weights, hidden, uploadDropout(runtime, batchInputs, config.hiddenSize, request.valueDropout));
    const { distribution, logprobs } = nextTokenLogprobs(inputs, hidden, positions, targets);
    return {
      values: gatherRows(everyValue, runtime.upload(positions, [positions.length]) as tf.Tensor1D),
      logprobs,
      ...(wantsEntropies ? { entropies: entropiesOf(distribution) } : {}),
      ...(topK > 0 || wantsDistribution ? { distribution } : {}),
    };
  });

  /** Rows of `width` numbers per wanted column, placed into zeros for every column. */
  const spread = async (tensor: tf.Tensor | undefined, width: number): Promise<Float32Array> => {
    const all = new Float32Array(size * width);
    if (!tensor) return all;
    const rows = await runtime.take(tensor);
    for (const [index, column] of columns.entries()) all.set(rows.subarray(index * width, (index + 1) * width), column * width);
    return all;
  };
  const values = await spread(tensors.values, 1);
  const logprobs = await spread(tensors.logprobs, 1);
  const entropies = await spread(tensors.entropies, 1);
  const distribution = topK > 0 || wantsDistribution ? await spread(tensors.distribution, config.vocabSize) : new Float32Array(0);
  return {
    values,
    logprobs,
    ...(wantsEntropies ? { entropies } : {}),
    ...(topK > 0 ? { topK: mostProbable(distribution, columns, size, config.vocabSize, Math.min(topK, config.vocabSize)) } : {}),
    ...(wantsDistribution ? { distribution } : {}),
  };
}

/** The k most probable tokens of each wanted column, best first, ties by smaller id. distribution [columns, vocab] */
function mostProbable(distribution: Float32Array, columns: Int32Array, size: number, vocabSize: number, k: number) {
  const ids = new Int32Array(size * k);
  const logprobs = new Float32Array(size * k);
  for (const column of columns) {
    const row = distribution.subarray(column * vocabSize, (column + 1) * vocabSize);
    const order = Array.from(row.keys()).sort((a, b) => (row[b] as number) - (row[a] as number) || a - b);
    for (let rank = 0; rank < k; rank++) {
      const id = order[rank] as number;
      ids[column * k + rank] = id;
      logprobs[column * k + rank] = row[id] as number;
    }
  }
  return { k, ids, logprobs };
}
