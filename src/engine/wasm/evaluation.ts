// Evaluation without gradients: batches go through the network in slices of bounded size; per-token statistics come out.

import { ShapeError } from "../../errors";
import type { EvaluateRequest, Evaluation, TokenBatch } from "../engine";
import { rowRange, takeColumns, takeRows } from "../tokenBatch";
import { forward } from "./forward";
import { logitRows, valueDropoutMask, valueRows } from "./heads";
import type { Network } from "./network";
import { lastRows, packBatch, wantedColumns } from "../packedBatch";

/** Token columns per slice: activations of a slice stay in the processor's cache. */
const SLICE_TOKENS = 1536;

function* slices(tokens: TokenBatch): Generator<{ from: number; to: number }> {
  const rows = Math.max(1, Math.floor(SLICE_TOKENS / tokens.seq));
  for (let from = 0; from < tokens.batch; from += rows) yield { from, to: Math.min(tokens.batch, from + rows) };
}

/** See EngineModel.evaluate. */
export function evaluate(net: Network, request: EvaluateRequest): Evaluation {
  const { batch: tokens, columns } = request;
  const width = tokens.seq - 1;
  const cells = tokens.batch * width;
  if (columns.length !== cells) throw new ShapeError(`Columns: expected ${cells} flags for [batch, seq - 1], got ${columns.length}.`);
  const { vocabSize } = net.config;
  const k = Math.min(request.topK ?? 0, vocabSize);
  const logprobs = new Float32Array(cells);
  const values = new Float32Array(cells);
  const entropies = new Float32Array(request.entropies ? cells : 0);
  const topK = { k, ids: new Int32Array(cells * k), logprobs: new Float32Array(cells * k) };
  const distribution = new Float32Array(request.distribution ? cells * vocabSize : 0);

  for (const { from, to } of slices(tokens)) {
    const rows = rowRange(from, to);
    const slice = takeRows(tokens, rows);
    const flags = takeColumns(columns, rows, width);
    const packed = packBatch(slice, flags);
    const wanted = wantedColumns(slice, packed, flags);
    if (wanted.cells.length === 0) continue;
    const pass = forward(net, packed, wanted.rows, false);
    const sliceValues = valueRows(net, pass, valueDropoutMask(wanted, net.config.hiddenSize, request.valueDropout, from)).values;
    const picked = logitRows(net, pass, wanted);
    wanted.cells.forEach((cell, i) => {
      const at = from * width + cell;
      values[at] = sliceValues[i] as number;
      logprobs[at] = picked.logprobs[i] as number;
      if (request.entropies) entropies[at] = picked.entropies[i] as number;
      if (!request.distribution && k === 0) return;
      const row = logSoftmaxRow(net, picked.logits, i, picked.logSumExp[i] as number);
      if (request.distribution) distribution.set(row, at * vocabSize);
      writeTopK(row, k, at, topK);
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

/** log softmax of the i-th row of logits, [vocabSize]. */
function logSoftmaxRow(net: Network, logits: number, i: number, logSumExp: number): Float32Array {
  const { vocab, vocabStride } = net.dims;
  return net.heap.floats(logits + i * vocabStride * 4, vocab).map((z) => z - logSumExp);
}

function writeTopK(row: Float32Array, k: number, cell: number, target: { ids: Int32Array; logprobs: Float32Array }): void {
  if (k === 0) return;
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
    const packed = packBatch(takeRows(tokens, rowRange(from, to)), null);
    scores.set(valueRows(net, forward(net, packed, lastRows(packed), false), null).values, from);
  }
  return scores;
}
