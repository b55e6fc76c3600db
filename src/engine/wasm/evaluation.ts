// Evaluation without gradients: batches go through the network in slices of bounded size; per-token statistics come out.

import type { EvaluateRequest, Evaluation, TokenBatch } from "../engine";
import { rowRange, takeColumns, takeRows } from "../tokenBatch";
import { forward } from "./forward";
import type { LogitRows } from "./heads";
import { logitRows, packedValues } from "./heads";
import type { Network } from "./network";
import type { PackedBatch } from "./packedBatch";
import { packBatch } from "./packedBatch";

/** Token columns per slice: activations of a slice stay in the processor's cache. */
const SLICE_TOKENS = 1536;

/** Copies packed per-row values to [batch, seq] positions; the rest stays 0. */
export function unpackRows(packed: PackedBatch, values: Float32Array, seq: number, target: Float32Array): void {
  for (let b = 0; b < packed.batch; b++) {
    const from = packed.offsets[b] as number;
    target.set(values.subarray(from, packed.offsets[b + 1]), b * seq + (packed.firstColumn[b] as number));
  }
}

function* slices(tokens: TokenBatch): Generator<{ from: number; to: number }> {
  const rows = Math.max(1, Math.floor(SLICE_TOKENS / tokens.seq));
  for (let from = 0; from < tokens.batch; from += rows) yield { from, to: Math.min(tokens.batch, from + rows) };
}

/** See EngineModel.evaluate. */
export function evaluate(net: Network, request: EvaluateRequest): Evaluation {
  const { batch: tokens, columns } = request;
  const width = tokens.seq - 1;
  const cells = tokens.batch * width;
  const { vocabSize } = net.config;
  const k = Math.min(request.topK ?? 0, vocabSize);
  const logprobs = new Float32Array(cells);
  const values = new Float32Array(tokens.batch * tokens.seq);
  const entropies = new Float32Array(request.entropies ? cells : 0);
  const topK = { k, ids: new Int32Array(cells * k), logprobs: new Float32Array(cells * k) };
  const distribution = new Float32Array(request.distribution ? cells * vocabSize : 0);

  for (const { from, to } of slices(tokens)) {
    const rows = rowRange(from, to);
    const slice = takeRows(tokens, rows);
    const wanted = takeColumns(columns, rows, width);
    const packed = packBatch(slice, wanted, vocabSize);
    const pass = forward(net, packed, false);
    const dropout = request.valueDropout;
    const sliceValues = packedValues(net, pass, dropout, from).values;
    unpackRows(packed, sliceValues, tokens.seq, values.subarray(from * tokens.seq));
    if (!wanted.includes(1)) continue;
    const picked = logitRows(net, pass, slice, wanted);
    picked.cells.forEach((cell, i) => {
      const at = from * width + cell;
      logprobs[at] = picked.logprobs[i] as number;
      if (request.entropies) entropies[at] = picked.entropies[i] as number;
      const distributionAt = request.distribution ? distribution.subarray(at * vocabSize, (at + 1) * vocabSize) : null;
      if (distributionAt || k > 0) {
        const row = rowLogprobs(net, picked, i);
        distributionAt?.set(row);
        writeTopK(row, k, at, topK);
      }
    });
  }
  return {
    logprobs,
    values,
    ...(request.entropies ? { entropies } : {}),
    ...(k > 0 ? { topK } : {}),
    ...(request.distribution ? { distribution } : {}),
  };
}

/** log softmax of the i-th wanted row, [vocabSize]. */
function rowLogprobs(net: Network, picked: LogitRows, i: number): Float32Array {
  const { vocab, vocabStride } = net.dims;
  const lse = picked.logSumExp[i] as number;
  return net.heap.floats(picked.logits + i * vocabStride * 4, vocab).map((z) => z - lse);
}

function writeTopK(row: Float32Array, k: number, cell: number, target: { ids: Int32Array; logprobs: Float32Array }): void {
  const order = Array.from(row.keys()).sort((a, b) => (row[b] as number) - (row[a] as number) || a - b);
  for (let rank = 0; rank < k; rank++) {
    const id = order[rank] as number;
    target.ids[cell * k + rank] = id;
    target.logprobs[cell * k + rank] = row[id] as number;
  }
}

/** See EngineModel.scoreLastToken. [batch] */
export function scoreLastToken(net: Network, tokens: TokenBatch): Float32Array {
  const scores = new Float32Array(tokens.batch);
  for (const { from, to } of slices(tokens)) {
    const packed = packBatch(takeRows(tokens, rowRange(from, to)), null, net.config.vocabSize);
    const { values } = packedValues(net, forward(net, packed, false));
    for (let b = 0; b < packed.batch; b++) scores[from + b] = values[(packed.offsets[b + 1] as number) - 1] as number;
  }
  return scores;
}
