// The two heads on normalised hidden states: language-model log-probabilities at chosen rows, and the value head.

import { log } from "../../elementary";
import { hashKey, pcg, uniformFromHash } from "../../random";
import type { TokenBatch, ValueDropout } from "../engine";
import type { ForwardPass } from "./forward";
import type { Network } from "./network";
import type { PackedBatch } from "./packedBatch";

/** Logits at `count` wanted columns. `logits` (byte offset, [count, vocabStride]) lives until the next call. */
export interface LogitRows {
  readonly count: number;
  readonly logits: number;
  /** Byte offset of the hidden states they come from, [count, hiddenStride]. */
  readonly hidden: number;
  /** Byte offset of their packed rows, [count] int32. */
  readonly rows: number;
  /** [count] index into [batch, seq - 1]. */
  readonly cells: Int32Array;
  /** [count] id of the next token. */
  readonly targets: Int32Array;
  /** [count] */
  readonly logSumExp: Float32Array;
  /** [count] log-probability of the target. */
  readonly logprobs: Float32Array;
  /** [count] nats */
  readonly entropies: Float32Array;
}

/** Packed rows, cells and targets of the wanted columns. columns: [batch, seq - 1]. */
function wantedRows(tokens: TokenBatch, packed: PackedBatch, columns: Uint8Array) {
  const width = tokens.seq - 1;
  const cells = Int32Array.from(columns.keys()).filter((cell) => columns[cell] === 1);
  const rows = cells.map((cell) => {
    const b = Math.floor(cell / width);
    return (packed.offsets[b] as number) + (cell % width) - (packed.firstColumn[b] as number);
  });
  const targets = cells.map((cell) => tokens.ids[Math.floor(cell / width) * tokens.seq + (cell % width) + 1] as number);
  return { cells, rows, targets };
}

/** log softmax(logits)[next token] and entropy at the wanted columns. */
export function logitRows(net: Network, pass: ForwardPass, tokens: TokenBatch, columns: Uint8Array): LogitRows {
  const { workspace, dims, kernels, parameters, heap } = net;
  const { cells, rows, targets } = wantedRows(tokens, pass.packed, columns);
  const count = cells.length;
  const picked = workspace.get("picked hidden", count * dims.hiddenStride);
  const logits = workspace.get("logits", count * dims.vocabStride);
  const statistics = workspace.get("softmax statistics", count * 3);
  const wanted = workspace.putInts("wanted rows", rows);
  kernels.gatherRows(pass.hidden, wanted, picked, count, dims.hiddenStride);
  kernels.matmul(picked, dims.hiddenStride, 1, parameters.transposedHead, dims.vocabStride, logits, dims.vocabStride, count, dims.vocabStride, dims.hidden, false);
  kernels.softmaxStats(logits, statistics, count, dims.vocab, dims.vocabStride);

  const logSumExp = new Float32Array(count);
  const logprobs = new Float32Array(count);
  const entropies = new Float32Array(count);
  const stats = heap.floats(statistics, count * 3);
  const values = heap.floats(logits, count * dims.vocabStride);
  for (let i = 0; i < count; i++) {
    const logSum = log(stats[3 * i + 1] as number);
    const largest = stats[3 * i] as number;
    logSumExp[i] = largest + logSum;
    logprobs[i] = (values[i * dims.vocabStride + (targets[i] as number)] as number) - largest - logSum;
    entropies[i] = logSum - (stats[3 * i + 2] as number) / (stats[3 * i + 1] as number);
  }
  return { count, logits, hidden: picked, rows: wanted, cells, targets, logSumExp, logprobs, entropies };
}

/** Adds lm_head's gradient, and dHidden += d logits W at the wanted rows. `dLogprobs` [count]; overwrites the logits. */
export function logitRowsBackward(net: Network, picked: LogitRows, dLogprobs: Float32Array, dHidden: number): void {
  const { workspace, dims, kernels, packing } = net;
  const { count, logits } = picked;
  const logSumExp = workspace.putFloats("log sum exp", picked.logSumExp);
  const coefficients = workspace.putFloats("d logprobs", dLogprobs);
  const targets = workspace.putInts("targets", picked.targets);
  const dPicked = workspace.get("d picked hidden", count * dims.hiddenStride);
  kernels.logprobBackward(logits, logSumExp, coefficients, targets, count, dims.vocab, dims.vocabStride);
  net.linearBackward({
    dy: logits, dyStride: dims.vocabStride, x: picked.hidden, xStride: dims.hiddenStride,
    weight: packing.lmHead, bias: null, dx: dPicked, rows: count, outRows: dims.vocab, accumulate: false,
  });
  kernels.scatterAddRows(dPicked, picked.rows, dHidden, count, dims.hiddenStride);
}

/** Input of the value head: the hidden states, or a copy with counter-based inverted dropout (fact sheet 6.1). */
function valueInput(net: Network, pass: ForwardPass, dropout: ValueDropout | undefined, firstRow: number): number {
  if (!dropout || dropout.probability === 0) return pass.hidden;
  const { packed } = pass;
  const { hidden, hiddenStride } = net.dims;
  const target = net.workspace.get("dropped hidden", packed.rows * hiddenStride);
  const from = net.heap.floats(pass.hidden, packed.rows * hiddenStride);
  const to = net.heap.floats(target, packed.rows * hiddenStride).fill(0);
  forEachKept(packed, hidden, dropout, firstRow, (row, j, scale) => {
    to[row * hiddenStride + j] = (from[row * hiddenStride + j] as number) * scale;
  });
  return target;
}

/** Element (batch row, column, feature) is kept iff its keyed uniform is at least the probability. */
function forEachKept(
  packed: PackedBatch,
  hidden: number,
  dropout: ValueDropout,
  firstRow: number,
  visit: (row: number, feature: number, scale: number) => void,
): void {
  const scale = 1 / (1 - dropout.probability);
  for (let b = 0; b < packed.batch; b++)
    for (let row = packed.offsets[b] as number; row < (packed.offsets[b + 1] as number); row++) {
      const column = (packed.firstColumn[b] as number) + row - (packed.offsets[b] as number);
      const prefix = hashKey(dropout.key, firstRow + b, column);
      for (let j = 0; j < hidden; j++) if (uniformFromHash(pcg((prefix ^ j) | 0)) >= dropout.probability) visit(row, j, scale);
    }
}

export interface PackedValues {
  /** [rows], a copy. */
  readonly values: Float32Array;
  /** Byte offset of what the head read, [rows, hiddenStride]. */
  readonly input: number;
}

/** Value head output at every packed row. `firstRow`: batch row of the pass's first sequence, for the dropout key. */
export function packedValues(net: Network, pass: ForwardPass, dropout?: ValueDropout, firstRow = 0): PackedValues {
  const { workspace, kernels, parameters, packing, dims, heap } = net;
  const { rows } = pass.packed;
  const values = workspace.get("values", rows);
  const input = valueInput(net, pass, dropout, firstRow);
  kernels.valueHead(input, parameters.weight(packing.valueWeight), parameters.weight(packing.valueBias), values, rows, dims.hiddenStride);
  return { values: heap.floats(values, rows).slice(), input };
}

/** Adds the value head's gradient and its share of dHidden. `dValues` [rows]; `input` as packedValues returned it. */
export function packedValuesBackward(
  net: Network,
  pass: ForwardPass,
  input: number,
  dValues: Float32Array,
  dHidden: number,
  dropout?: ValueDropout,
): void {
  const { workspace, kernels, parameters, packing, dims, heap } = net;
  const { packed } = pass;
  const dropped = dropout !== undefined && dropout.probability > 0;
  const target = dropped ? workspace.get("d dropped hidden", packed.rows * dims.hiddenStride) : dHidden;
  if (dropped) heap.floats(target, packed.rows * dims.hiddenStride).fill(0);
  kernels.valueHeadBackward(
    input, parameters.weight(packing.valueWeight), workspace.putFloats("d values", dValues), target,
    parameters.gradient(packing.valueWeight), parameters.gradient(packing.valueBias), packed.rows, dims.hiddenStride,
  );
  if (!dropped) return;
  const from = heap.floats(target, packed.rows * dims.hiddenStride);
  const to = heap.floats(dHidden, packed.rows * dims.hiddenStride);
  forEachKept(packed, dims.hidden, dropout, 0, (row, j, scale) => {
    const at = row * dims.hiddenStride + j;
    to[at] = (to[at] as number) + (from[at] as number) * scale;
  });
}
