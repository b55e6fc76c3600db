// From token rows to the tensors the network reads: ids, rotary tables by position, and who may attend to whom.

import * as tf from "@tensorflow/tfjs-core";
import { ConfigError, ShapeError } from "../../errors";
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
  /** [batch, 1, seq, seq] 1 where query (third axis) may attend to key (fourth axis), else 0 */
  readonly visible: tf.Tensor;
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

/** Uploads a checked batch; the tensors belong to the surrounding tidy. */
export function uploadBatch(runtime: TfjsRuntime, config: LlamaConfig, tokens: TokenBatch): BatchInputs {
  const { batch, seq, ids, start, end } = tokens;
  const half = config.headDim / 2;
  const tables = ropeTables(config, seq);
  const cos = new Float32Array(batch * seq * half);
  const sin = new Float32Array(batch * seq * half);
  const visible = new Float32Array(batch * seq * seq);
  for (let row = 0; row < batch; row++) {
    const [first, last] = [start[row] as number, end[row] as number];
    for (let query = 0; query < seq; query++) {
      const position = Math.max(0, query - first);
      const cell = row * seq + query;
      cos.set(tables.cos.subarray(position * half, (position + 1) * half), cell * half);
      sin.set(tables.sin.subarray(position * half, (position + 1) * half), cell * half);
      const lastKey = Math.min(query + 1, last);
      if (first < lastKey) visible.fill(1, cell * seq + first, cell * seq + lastKey);
    }
  }
  return {
    batch,
    seq,
    ids: runtime.upload(ids, [batch * seq]) as tf.Tensor1D,
    cos: runtime.upload(cos, [batch, seq, 1, half]),
    sin: runtime.upload(sin, [batch, seq, 1, half]),
    visible: runtime.upload(visible, [batch, 1, seq, seq]),
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
