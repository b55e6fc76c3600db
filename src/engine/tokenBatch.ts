// Token rows of different lengths to one padded TokenBatch, and rows picked out of batches and per-token arrays.

import { ConfigError, ShapeError } from "../errors";
import type { TokenBatch } from "./engine";
import type { LlamaConfig } from "./llamaConfig";

/** Real tokens first, padding behind: start = 0, end = row length. `seq` is the longest row. */
export function rightPad(rows: readonly Int32Array[], padTokenId: number): TokenBatch {
  return pad(rows, padTokenId, () => 0);
}

/** Padding first, real tokens behind: every row ends in the last column, as generation wants it. */
export function leftPad(rows: readonly Int32Array[], padTokenId: number): TokenBatch {
  return pad(rows, padTokenId, (length, seq) => seq - length);
}

function pad(rows: readonly Int32Array[], padTokenId: number, startOf: (length: number, seq: number) => number): TokenBatch {
  const seq = rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  if (seq === 0) throw new ShapeError("Token batch: expected at least one row with at least one token, got none. Pass non-empty rows.");
  const ids = new Int32Array(rows.length * seq).fill(padTokenId);
  const start = new Int32Array(rows.length);
  const end = new Int32Array(rows.length);
  rows.forEach((row, i) => {
    const first = startOf(row.length, seq);
    start[i] = first;
    end[i] = first + row.length;
    ids.set(row, i * seq + first);
  });
  return { batch: rows.length, seq, ids, start, end };
}

/** The batch rows `rows`, in that order; same `seq`. */
export function takeRows(batch: TokenBatch, rows: Int32Array): TokenBatch {
  const { seq, ids, start, end } = batch;
  return {
    batch: rows.length,
    seq,
    ids: takeColumns(ids, rows, seq),
    start: takeColumns(start, rows, 1),
    end: takeColumns(end, rows, 1),
  };
}

/** The rows `rows` of a row-major array [batch, columns]: [rows, columns]. */
export function takeColumns<T extends Float32Array | Int32Array | Uint8Array>(array: T, rows: Int32Array, columns: number): T {
  const taken = new (array.constructor as new (length: number) => T)(rows.length * columns);
  rows.forEach((row, i) => {
    taken.set(array.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return taken;
}

/** first, first + 1, ..., end - 1 */
export function rowRange(first: number, end: number): Int32Array {
  return Int32Array.from({ length: end - first }, (_, i) => first + i);
}

/**
 * Checks that a batch can be looked up safely: out-of-range ids silently read zeros on a GPU.
 * @throws ShapeError naming what is wrong.
 * @throws ConfigError when rows are longer than the model's positions.
 */
export function checkBatch({ batch, seq, ids, start, end }: TokenBatch, config: LlamaConfig): void {
  if (!(Number.isInteger(batch) && Number.isInteger(seq) && batch > 0 && seq > 0))
    throw new ShapeError(`Token batch: batch and seq must be whole numbers above 0, got ${batch} and ${seq}.`);
  if (ids.length !== batch * seq || start.length !== batch || end.length !== batch)
    throw new ShapeError(
      `Token batch: expected ids of length ${batch * seq} and start and end of length ${batch}, got ${ids.length}, ${start.length} and ${end.length}.`,
    );
  for (const [index, id] of ids.entries())
    if (id < 0 || id >= config.vocabSize)
      throw new ShapeError(
        `Token batch: expected ids from 0 to ${config.vocabSize - 1}, got ${id} at row ${Math.floor(index / seq)}, column ${index % seq}. Use the model's own tokenizer.`,
      );
  for (let row = 0; row < batch; row++) {
    const [first, last] = [start[row] as number, end[row] as number];
    if (!(first >= 0 && first < last && last <= seq))
      throw new ShapeError(
        `Token batch: expected 0 <= start < end <= ${seq} in row ${row}, got start ${first} and end ${last}. Drop rows without a real token.`,
      );
  }
  checkLength(seq, config);
}

/** @throws ConfigError when rows are longer than the model's positions. */
export function checkLength(length: number, { maxPositionEmbeddings }: LlamaConfig): void {
  if (length > maxPositionEmbeddings)
    throw new ConfigError(
      `The model has ${maxPositionEmbeddings} positions, but rows of ${length} tokens were asked for. Shorten the prompts or lower maxNewTokens.`,
    );
}
