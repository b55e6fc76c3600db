// From token rows to the tensors the network reads: ids, rotary tables by position, and who may attend to whom.

import type * as tf from "@tensorflow/tfjs-core";
import { ShapeError } from "../../errors";
import type { TokenBatch } from "../engine";
import type { LlamaConfig } from "../llamaConfig";
import { ropeTables } from "../ropeTables";
import type { TfjsRuntime } from "./runtime";

export interface BatchInputs {
  readonly batch: number;
  readonly seq: number;
  /** [batch * seq] int32 */
  readonly ids: tf.Tensor1D;
  /** [batch, seq, 1, headDim / 2] */
  readonly cos: tf.Tensor;
  readonly sin: tf.Tensor;
  /** [batch, 1, seq, keys] 1 where query (third axis) may attend to key (fourth axis), else 0; keys = seq without a cache */
  readonly visible: tf.Tensor;
}

/** Uploads a checked batch; the tensors belong to the surrounding tidy. */
export function uploadBatch(runtime: TfjsRuntime, config: LlamaConfig, { batch, seq, ids, start, end }: TokenBatch): BatchInputs {
  const queries = Array.from({ length: seq }, (_, column) => column);
  return uploadQueries(runtime, config, { batch, ids, start, end, queries, keys: seq });
}

/**
 * Uploads one column of rows whose earlier columns are in a cache: `ids` [batch] stand at `column`, behind keys start..column - 1.
 * @param keys columns of the cache
 */
export function uploadColumn(
  runtime: TfjsRuntime,
  config: LlamaConfig,
  { ids, start, column, keys }: { ids: Int32Array; start: Int32Array; column: number; keys: number },
): BatchInputs {
  const end = new Int32Array(ids.length).fill(column + 1);
  return uploadQueries(runtime, config, { batch: ids.length, ids, start, end, queries: [column], keys });
}

interface Queries {
  readonly batch: number;
  /** [batch, queries] */
  readonly ids: Int32Array;
  /** [batch] keys start <= key < end are real. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Columns of the queries. */
  readonly queries: readonly number[];
  /** Number of key columns. */
  readonly keys: number;
}

function uploadQueries(runtime: TfjsRuntime, config: LlamaConfig, { batch, ids, start, end, queries, keys }: Queries): BatchInputs {
  const seq = queries.length;
  const half = config.headDim / 2;
  const tables = ropeTables(config, keys);
  const cos = new Float32Array(batch * seq * half);
  const sin = new Float32Array(batch * seq * half);
  const visible = new Float32Array(batch * seq * keys);
  for (let row = 0; row < batch; row++) {
    const [first, last] = [start[row] as number, end[row] as number];
    for (const [index, column] of queries.entries()) {
      const position = Math.max(0, column - first);
      const cell = row * seq + index;
      cos.set(tables.cos.subarray(position * half, (position + 1) * half), cell * half);
      sin.set(tables.sin.subarray(position * half, (position + 1) * half), cell * half);
      const lastKey = Math.min(column + 1, last);
      if (first < lastKey) visible.fill(1, cell * keys + first, cell * keys + lastKey);
    }
  }
  return {
    batch,
    seq,
    ids: runtime.upload(ids, [batch * seq]) as tf.Tensor1D,
    cos: runtime.upload(cos, [batch, seq, 1, half]),
    sin: runtime.upload(sin, [batch, seq, 1, half]),
    visible: runtime.upload(visible, [batch, 1, seq, keys]),
  };
}

/** The next-token columns that are wanted, in three index systems of equal length n. */
export interface WantedColumns {
  /** Index into [batch, seq]. */
  readonly positions: Int32Array;
  /** Index into [batch, seq - 1]. */
  readonly columns: Int32Array;
  /** Token id that follows. */
  readonly targets: Int32Array;
}

/**
 * @param wanted [batch, seq - 1], non-zero where the statistics of token t + 1 are wanted
 * @throws ShapeError when `wanted` has another length.
 */
export function wantedColumns({ batch, seq, ids }: TokenBatch, wanted: ArrayLike<number>): WantedColumns {
  if (wanted.length !== batch * (seq - 1))
    throw new ShapeError(
      `Columns: expected ${batch * (seq - 1)} entries for [batch, seq - 1] = [${batch}, ${seq - 1}], got ${wanted.length}.`,
    );
  const columns = Int32Array.from({ length: wanted.length }, (_, column) => column).filter((column) => wanted[column] !== 0);
  const positions = columns.map((column) => Math.floor(column / (seq - 1)) * seq + (column % (seq - 1)));
  return { columns, positions, targets: positions.map((position) => ids[position + 1] as number) };
}
