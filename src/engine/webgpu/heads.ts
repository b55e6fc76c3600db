// The two heads on normalised hidden states: next-token statistics and values of chosen rows, and their gradients.

import { hashKey } from "../../random";
import type { ValueDropout } from "../engine";
import type { WantedColumns } from "../packedBatch";
import type { ForwardPass } from "./forward";
import { NONE } from "./kernel";
import { LINEAR } from "./kernels/linear";
import { logitsGradient, tokenStatistics } from "./kernels/tokenStatistics";
import { valueHead, valueHeadInputGradient, valueHeadWeightGradient } from "./kernels/valueHead";
import type { Network } from "./network";
import type { Buffer } from "./buffers";

/** Where per-row statistics go: log-probability, entropy, log-sum-exp and value, four floats a row from word `at` on. */
export interface Statistics {
  readonly buffer: Buffer;
  readonly at: number;
}

/** Rows whose logits are in memory together. */
export interface LogitChunk {
  readonly first: number;
  readonly rows: number;
}

/** Slices of `count` rows whose logits fit into one buffer. */
export function logitChunks(net: Network, count: number): LogitChunk[] {
  const most = Math.max(1, Math.floor(net.tuning.logitsBytes / (net.dims.vocabStride * 4)));
  const chunks: LogitChunk[] = [];
  for (let first = 0; first < count; first += most) chunks.push({ first, rows: Math.min(most, count - first) });
  return chunks;
}

/** lm_head on some rows of [.., hiddenStride]: [rows, vocabStride], lives until the next call. */
export function logitsOf(net: Network, hidden: Buffer, { first, rows }: LogitChunk): Buffer {
  const { vocab, vocabStride, hiddenStride } = net.dims;
  const logits = net.workspace.get("logits", rows * vocabStride);
  const tiling = net.forwardTiling(rows, vocabStride, hiddenStride);
  net.recorder.dispatch(
    LINEAR.plain[tiling],
    { left: hidden, right: net.parameters.weights, y: logits },
    {
      rows,
      columns4: vocabStride / 4,
      columns: vocab,
      depth: hiddenStride,
      left4: (first * hiddenStride) / 4,
      right4: net.packing.lmHead / 4,
      bias4: NONE,
    },
    net.threads(tiling, rows, vocabStride / 4),
  );
  return logits;
}

/** @param targets offset of the next token of every row of the pass */
export function recordTokenStatistics(net: Network, logits: Buffer, targets: number, chunk: LogitChunk, { buffer, at }: Statistics): void {
  const { vocab, vocabStride } = net.dims;
  net.recorder.dispatch(
    tokenStatistics[net.tuning.rowSharing],
    { logits, statistics: buffer },
    { rows: chunk.rows, vocab, stride: vocabStride, targets: targets + chunk.first, at: at + 4 * chunk.first },
    net.rowThreads(chunk.rows),
  );
}

/** Parameters of the value head's dropout mask, as the kernels take them. */
export interface DropoutParameters {
  readonly prefixes: number;
  readonly threshold: number;
  readonly keepScale: number;
}

export const NO_DROPOUT: DropoutParameters = { prefixes: NONE, threshold: 0, keepScale: 1 };

/**
 * Element (batch row, column, feature) is kept and scaled by 1 / (1 - p) iff its keyed uniform (k + 1/2) / 2^23 is at least p,
 * that is iff the draw k is at least p 2^23 - 1/2 (fact sheet 6.1).
 * @param firstRow batch row of the pass's first sequence
 */
export function dropoutParameters(net: Network, wanted: WantedColumns, dropout: ValueDropout | undefined, firstRow = 0): DropoutParameters {
  if (!dropout || dropout.probability === 0) return NO_DROPOUT;
  const { probability, key } = dropout;
  const prefixes = Uint32Array.from(wanted.cells, (cell) => hashKey(key, firstRow + Math.floor(cell / wanted.width), cell % wanted.width));
  return {
    prefixes: net.recorder.upload(prefixes),
    threshold: Math.max(0, Math.ceil(probability * 8388608 - 0.5)),
    keepScale: 1 / (1 - probability),
  };
}

/** Value head on every output of a pass. */
export function recordValues(net: Network, pass: ForwardPass, { buffer, at }: Statistics, dropout: DropoutParameters = NO_DROPOUT): void {
  const { packing, dims, parameters } = net;
  net.recorder.dispatch(
    valueHead,
    { x: pass.hidden, weights: parameters.weights, statistics: buffer },
    {
      rows: pass.inputs.outputs,
      width4: dims.hiddenStride / 4,
      weight4: packing.valueWeight / 4,
      bias4: packing.valueBias / 4,
      at,
      ...dropout,
    },
    pass.inputs.outputs,
  );
}

/**
 * Adds lm_head's gradient and writes its share of dHidden.
 * @param coefficients [outputs] pairs (dLogprob, dValue)
 */
export function logitsBackward(
  net: Network,
  pass: ForwardPass,
  args: {
    readonly targets: number;
    readonly statistics: Statistics;
    readonly coefficients: Buffer;
    readonly dHidden: Buffer;
    /** Logits of the only chunk when they are still there. */
    readonly logits: Buffer | null;
  },
): void {
  const { recorder, dims, packing } = net;
  const { vocab, vocabStride, hiddenStride } = dims;
  const { targets, statistics, coefficients, dHidden } = args;
  for (const chunk of logitChunks(net, pass.inputs.outputs)) {
    const { first, rows } = chunk;
    const logits = args.logits ?? logitsOf(net, pass.hidden, chunk);
    recorder.dispatch(
      logitsGradient,
      { statistics: statistics.buffer, coefficients, logits },
      { rows, vocab, stride4: vocabStride / 4, targets: targets + first, at: statistics.at + 4 * first, firstRow: first },
      (rows * vocabStride) / 4,
    );
    const product = { dy: logits, dyWidth: vocabStride, xWidth: hiddenStride, rows, weight: packing.lmHead, first };
    net.weightGradient({ ...product, x: pass.hidden, outRows: vocab, bias: null });
    net.inputGradient({ ...product, dx: dHidden });
  }
}

/** Adds the value head's gradient, and its share to dHidden, or writes that when there is no other. */
export function valuesBackward(
  net: Network,
  pass: ForwardPass,
  coefficients: Buffer,
  dHidden: Buffer,
  dropout: DropoutParameters,
  accumulate: boolean,
): void {
  const { recorder, packing, dims, parameters } = net;
  const rows = pass.inputs.outputs;
  const width4 = dims.hiddenStride / 4;
  const sizes = { rows, width4, weight4: packing.valueWeight / 4, ...dropout };
  recorder.dispatch(
    valueHeadInputGradient,
    { weights: parameters.weights, coefficients, dx: dHidden },
    { ...sizes, accumulate: accumulate ? 1 : 0 },
    rows * width4,
  );
  recorder.dispatch(
    valueHeadWeightGradient,
    { x: pass.hidden, coefficients, gradients: parameters.gradients },
    { ...sizes, bias4: packing.valueBias / 4 },
    width4 * 64,
  );
}
