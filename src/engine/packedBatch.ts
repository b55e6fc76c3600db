// A batch without its padding: only token columns that matter become rows, sequence after sequence.

import type { TokenBatch } from "./engine";

export interface PackedBatch {
  readonly batch: number;
  /** Total packed rows. */
  readonly rows: number;
  /** Longest packed sequence. */
  readonly maxLen: number;
  /** [batch + 1] first packed row of each sequence. */
  readonly offsets: Int32Array;
  /** [batch] column of the first packed token. */
  readonly firstColumn: Int32Array;
  /** [batch] keys visible to queries, relative to the sequence's first packed row. */
  readonly keyBegin: Int32Array;
  readonly keyEnd: Int32Array;
  /** [rows] */
  readonly ids: Int32Array;
  /** [rows] RoPE positions: column - start, never negative. */
  readonly positions: Int32Array;
}

/**
 * @param columns [batch, seq - 1] flags of wanted columns; a row is packed from its first to its last real or wanted column.
 * null: real tokens only. Batch and flags have been checked.
 */
export function packBatch(tokens: TokenBatch, columns: Uint8Array | null): PackedBatch {
  const { batch, seq, ids, start, end } = tokens;
  const offsets = new Int32Array(batch + 1);
  const firstColumn = new Int32Array(batch);
  const keyBegin = new Int32Array(batch);
  const keyEnd = new Int32Array(batch);
  let maxLen = 0;
  for (let b = 0; b < batch; b++) {
    const realStart = start[b] as number;
    const realEnd = end[b] as number;
    let first = realStart;
    let last = realEnd;
    if (columns) {
      const flags = columns.subarray(b * (seq - 1), (b + 1) * (seq - 1));
      const firstWanted = flags.indexOf(1);
      if (firstWanted >= 0) {
        first = Math.min(first, firstWanted);
        last = Math.max(last, flags.lastIndexOf(1) + 1);
      }
    }
    firstColumn[b] = first;
    keyBegin[b] = realStart - first;
    keyEnd[b] = realEnd - first;
    offsets[b + 1] = (offsets[b] as number) + last - first;
    maxLen = Math.max(maxLen, last - first);
  }
  const rows = offsets[batch] as number;
  const packedIds = new Int32Array(rows);
  const positions = new Int32Array(rows);
  for (let b = 0; b < batch; b++) {
    const offset = offsets[b] as number;
    const first = firstColumn[b] as number;
    for (let row = offset; row < (offsets[b + 1] as number); row++) {
      const column = first + row - offset;
      packedIds[row] = ids[b * seq + column] as number;
      positions[row] = Math.max(0, column - (start[b] as number));
    }
  }
  return { batch, rows, maxLen, offsets, firstColumn, keyBegin, keyEnd, ids: packedIds, positions };
}

/** The columns of a batch that somebody asked for, as packed rows in ascending order. */
export interface WantedColumns {
  /** [count] index into [batch, seq - 1]. */
  readonly cells: Int32Array;
  /** [count] packed row. */
  readonly rows: Int32Array;
  /** [count] id of the next token. */
  readonly targets: Int32Array;
  readonly width: number;
}

/** columns: [batch, seq - 1] flags. */
export function wantedColumns(tokens: TokenBatch, packed: PackedBatch, columns: Uint8Array): WantedColumns {
  const width = tokens.seq - 1;
  const count = columns.reduce((sum, flag) => sum + (flag === 1 ? 1 : 0), 0);
  const [cells, rows, targets] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  let i = 0;
  for (let b = 0; b < tokens.batch; b++) {
    const rowOfColumn0 = (packed.offsets[b] as number) - (packed.firstColumn[b] as number);
    for (let t = 0; t < width; t++) {
      if (columns[b * width + t] !== 1) continue;
      cells[i] = b * width + t;
      rows[i] = rowOfColumn0 + t;
      targets[i++] = tokens.ids[b * tokens.seq + t + 1] as number;
    }
  }
  return { cells, rows, targets, width };
}

/** Place of every sequence's first output within the sequence; its length where it has none. [batch] */
export function firstOutputs(packed: PackedBatch, outputs: Int32Array): Int32Array {
  let next = 0;
  return Int32Array.from({ length: packed.batch }, (_, b) => {
    const begin = packed.offsets[b] as number;
    const end = packed.offsets[b + 1] as number;
    const row = outputs[next];
    while (next < outputs.length && (outputs[next] as number) < end) next++;
    return row !== undefined && row < end ? row - begin : end - begin;
  });
}

/** Packed row of every sequence's last token. [batch] */
export function lastRows(packed: PackedBatch): Int32Array {
  return packed.offsets.subarray(1).map((offset) => offset - 1);
}

/** Flags of the mask's columns. */
export function columnsOf(mask: Float32Array): Uint8Array {
  return Uint8Array.from(mask, (m) => (m === 0 ? 0 : 1));
}

/** Values of the wanted cells spread to [batch, seq - 1]. */
export function spread(cells: Int32Array, values: Float32Array, size: number): Float32Array {
  const target = new Float32Array(size);
  cells.forEach((cell, i) => {
    target[cell] = values[i] as number;
  });
  return target;
}
