// Evaluation without gradients: per-token statistics of a batch, all slices in one submit and read in one go.

import { ShapeError } from "../../errors";
import type { EvaluateRequest, Evaluation, TokenBatch } from "../engine";
import { lastRows, packBatch, wantedColumns } from "../packedBatch";
import { rowRange, takeColumns, takeRows } from "../tokenBatch";
import { forward } from "./forward";
import { dropoutParameters, logitChunks, logitsOf, recordTokenStatistics, recordValues } from "./heads";
import { logSoftmax } from "./kernels/tokenStatistics";
import { topTokens } from "./kernels/topTokens";
import type { Network } from "./network";
import { uploadPass } from "./passInputs";

interface Slice {
  /** Batch row of the slice's first row. */
  readonly from: number;
  readonly tokens: TokenBatch;
}

/** Batch rows whose activations are in memory together. */
function slicesOf({ tuning }: Network, tokens: TokenBatch): Slice[] {
  const rows = Math.max(1, Math.floor(tuning.sliceTokens / tokens.seq));
  const slices: Slice[] = [];
  for (let from = 0; from < tokens.batch; from += rows)
    slices.push({ from, tokens: takeRows(tokens, rowRange(from, Math.min(tokens.batch, from + rows))) });
  return slices;
}

/** See EngineModel.evaluate. */
export async function evaluate(net: Network, request: EvaluateRequest): Promise<Evaluation> {
  const { batch: tokens, columns } = request;
  const width = tokens.seq - 1;
  const cells = tokens.batch * width;
  if (columns.length !== cells) throw new ShapeError(`Columns: expected ${cells} flags for [batch, seq - 1], got ${columns.length}.`);
  const { vocab, vocabStride } = net.dims;
  const k = Math.min(request.topK ?? 0, vocab);
  const count = columns.reduce((sum, flag) => sum + flag, 0);
  const { recorder, workspace } = net;
  const statistics = workspace.get("evaluation statistics", 4 * count);
  const found = workspace.get("evaluation top tokens", 2 * k * count);
  const distribution = new Float32Array(request.distribution ? cells * vocab : 0);

  const wantedCells: number[] = [];
  for (const { from, tokens: slice } of slicesOf(net, tokens)) {
    const flags = takeColumns(columns, rowRange(from, from + slice.batch), width);
    const packed = packBatch(slice, flags);
    const wanted = wantedColumns(slice, packed, flags);
    if (wanted.cells.length === 0) continue;
    const at = 4 * wantedCells.length;
    const before = wantedCells.length;
    for (const cell of wanted.cells) wantedCells.push(from * width + cell);
    const inputs = uploadPass(recorder, packed, wanted.rows);
    const dropout = dropoutParameters(net, wanted, request.valueDropout, from);
    let targets = recorder.upload(wanted.targets);
    const pass = forward(net, inputs, { keep: false, positions: tokens.seq });
    recordValues(net, pass, { buffer: statistics, at }, dropout);
    for (const chunk of logitChunks(net, wanted.cells.length)) {
      const logits = logitsOf(net, pass.hidden, chunk);
      const chunkAt = at + 4 * chunk.first;
      recordTokenStatistics(net, logits, targets, chunk, { buffer: statistics, at });
      if (k > 0)
        recorder.dispatch(
          topTokens[net.tuning.rowSharing],
          { logits, statistics, found },
          { rows: chunk.rows, vocab, stride: vocabStride, at: chunkAt, foundAt: 2 * k * (before + chunk.first), k },
          net.rowThreads(chunk.rows),
        );
      if (!request.distribution) continue;
      recorder.dispatch(
        logSoftmax,
        { statistics, logits },
        { rows: chunk.rows, stride: vocabStride, at: chunkAt },
        chunk.rows * vocabStride,
      );
      const rows = await recorder.read([{ buffer: logits, word: 0, words: chunk.rows * vocabStride }]);
      for (let i = 0; i < chunk.rows; i++)
        distribution.set(
          rows.subarray(i * vocabStride, i * vocabStride + vocab),
          (wantedCells[before + chunk.first + i] as number) * vocab,
        );
      targets = recorder.upload(wanted.targets);
    }
  }
  const words = await recorder.read([
    { buffer: statistics, word: 0, words: 4 * count },
    { buffer: found, word: 0, words: 2 * k * count },
  ]);
  return {
    ...spreadStatistics(words, wantedCells, cells, request.entropies ?? false),
    ...(k > 0 ? { topK: spreadTopTokens(words.subarray(4 * count), wantedCells, cells, k) } : {}),
    ...(request.distribution ? { distribution } : {}),
  };
}

function spreadStatistics(words: Float32Array, wantedCells: readonly number[], cells: number, withEntropies: boolean) {
  const logprobs = new Float32Array(cells);
  const values = new Float32Array(cells);
  const entropies = new Float32Array(withEntropies ? cells : 0);
  wantedCells.forEach((cell, i) => {
    logprobs[cell] = words[4 * i] as number;
    values[cell] = words[4 * i + 3] as number;
    if (withEntropies) entropies[cell] = words[4 * i + 1] as number;
  });
  return { logprobs, values, ...(withEntropies ? { entropies } : {}) };
}

function spreadTopTokens(words: Float32Array, wantedCells: readonly number[], cells: number, k: number) {
  const ids = new Int32Array(cells * k);
  const logprobs = new Float32Array(cells * k);
  const asIntegers = new Int32Array(words.buffer, words.byteOffset, words.length);
  wantedCells.forEach((cell, i) => {
    for (let rank = 0; rank < k; rank++) {
      ids[cell * k + rank] = asIntegers[2 * (i * k + rank)] as number;
      logprobs[cell * k + rank] = words[2 * (i * k + rank) + 1] as number;
    }
  });
  return { k, ids, logprobs };
}

/** See EngineModel.scoreLastToken. [batch] */
export async function scoreLastToken(net: Network, tokens: TokenBatch): Promise<Float32Array> {
  const statistics = net.workspace.get("evaluation statistics", 4 * tokens.batch);
  for (const { from, tokens: slice } of slicesOf(net, tokens)) {
    const packed = packBatch(slice, null);
    const inputs = uploadPass(net.recorder, packed, lastRows(packed));
    const pass = forward(net, inputs, { keep: false, positions: tokens.seq });
    recordValues(net, pass, { buffer: statistics, at: 4 * from });
  }
  const words = await net.recorder.read([{ buffer: statistics, word: 0, words: 4 * tokens.batch }]);
  return Float32Array.from({ length: tokens.batch }, (_, row) => words[4 * row + 3] as number);
}
