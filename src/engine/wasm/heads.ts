// The two heads on normalised hidden states: language-model log-probabilities and values at chosen columns.

import { log } from "../../elementary";
import { hashKey, pcg, uniformFromHash } from "../../random";
import type { ValueDropout } from "../engine";
import type { ForwardPass } from "./forward";
import type { Network } from "./network";
import type { WantedColumns } from "../packedBatch";

/** Next-token statistics of the wanted columns, each [count]. */
export interface LogitRows {
  /** Byte offset, [count, vocabStride]; lives until the next call. */
  readonly logits: number;
  readonly logSumExp: Float32Array;
  /** Log-probability of the target. */
  readonly logprobs: Float32Array;
  /** nats */
  readonly entropies: Float32Array;
}

/** log softmax(logits)[next token] and entropy; `pass` was made with the wanted rows as outputs. */
export function logitRows(net: Network, pass: ForwardPass, wanted: WantedColumns): LogitRows {
  const { workspace, dims, kernels, parameters, heap } = net;
  const { targets } = wanted;
  const count = targets.length;
  const logits = workspace.get("logits", count * dims.vocabStride);
  const statistics = workspace.get("softmax statistics", count * 3);
  kernels.matmul(
    pass.hidden,
    dims.hiddenStride,
    1,
    parameters.transposedHead,
    dims.vocabStride,
    logits,
    dims.vocabStride,
    count,
    dims.vocabStride,
    dims.hidden,
    false,
  );
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
  return { logits, logSumExp, logprobs, entropies };
}

/** Adds lm_head's gradient and writes dHidden = d logits W. `dLogprobs` [count]; overwrites the logits. */
export function logitRowsBackward(
  net: Network,
  pass: ForwardPass,
  wanted: WantedColumns,
  picked: LogitRows,
  dLogprobs: Float32Array,
  dHidden: number,
): void {
  const { workspace, dims, kernels, packing } = net;
  const count = wanted.targets.length;
  const logSumExp = workspace.putFloats("log sum exp", picked.logSumExp);
  const coefficients = workspace.putFloats("d logprobs", dLogprobs);
  const targets = workspace.putInts("targets", wanted.targets);
  kernels.logprobBackward(picked.logits, logSumExp, coefficients, targets, count, dims.vocab, dims.vocabStride);
  net.linearBackward({
    dy: picked.logits,
    dyStride: dims.vocabStride,
    x: pass.hidden,
    xStride: dims.hiddenStride,
    weight: packing.lmHead,
    bias: null,
    dx: dHidden,
    rows: count,
    outRows: dims.vocab,
  });
}

export interface ValueRows {
  /** One per output of the pass, a copy. */
  readonly values: Float32Array;
  /** Byte offset of what the head read, [outputs, hiddenStride]. */
  readonly input: number;
  /** Which inputs dropout kept, scaled, or null without dropout. [outputs, hidden] */
  readonly dropoutMask: Float32Array | null;
}

/** Value head on the outputs of a pass; with `dropoutMask` [outputs, hidden] on their masked copies (fact sheet 6.1). */
export function valueRows(net: Network, pass: ForwardPass, dropoutMask: Float32Array | null): ValueRows {
  const { workspace, kernels, parameters, packing, dims, heap } = net;
  const count = pass.outputs.length;
  const values = workspace.get("values", count);
  const input = dropoutMask ? maskedHidden(net, pass, dropoutMask) : pass.hidden;
  kernels.valueHead(input, parameters.weight(packing.valueWeight), parameters.weight(packing.valueBias), values, count, dims.hiddenStride);
  return { values: heap.floats(values, count).slice(), input, dropoutMask };
}

function maskedHidden(net: Network, pass: ForwardPass, mask: Float32Array): number {
  const { hidden, hiddenStride } = net.dims;
  const floats = pass.outputs.length * hiddenStride;
  const target = net.workspace.get("dropped hidden", floats);
  const from = net.heap.floats(pass.hidden, floats);
  const to = net.heap.floats(target, floats).fill(0);
  mask.forEach((scale, i) => {
    const at = Math.floor(i / hidden) * hiddenStride + (i % hidden);
    to[at] = (from[at] as number) * scale;
  });
  return target;
}

/**
 * Inverted dropout mask of the wanted columns, [count, hidden]: element (batch row, column, feature) is 1 / (1 - p) iff its
 * keyed uniform is at least p, else 0; null when there is no dropout.
 * @param firstRow batch row of the pass's first sequence
 */
export function valueDropoutMask(
  wanted: WantedColumns,
  hidden: number,
  dropout: ValueDropout | undefined,
  firstRow = 0,
): Float32Array | null {
  if (!dropout || dropout.probability === 0) return null;
  const { probability, key } = dropout;
  const mask = new Float32Array(wanted.cells.length * hidden);
  wanted.cells.forEach((cell, i) => {
    const prefix = hashKey(key, firstRow + Math.floor(cell / wanted.width), cell % wanted.width);
    for (let j = 0; j < hidden; j++)
      if (uniformFromHash(pcg((prefix ^ j) | 0)) >= probability) mask[i * hidden + j] = 1 / (1 - probability);
  });
  return mask;
}

/** Adds the value head's gradient, and its share to dHidden. `dValues` one per output. */
export function valueRowsBackward(net: Network, { input, dropoutMask }: ValueRows, dValues: Float32Array, dHidden: number): void {
  const { workspace, kernels, parameters, packing, dims, heap } = net;
  const { hidden, hiddenStride } = dims;
  const floats = dValues.length * hiddenStride;
  const target = dropoutMask ? workspace.get("d dropped hidden", floats) : dHidden;
  if (dropoutMask) heap.floats(target, floats).fill(0);
  kernels.valueHeadBackward(
    input,
    parameters.weight(packing.valueWeight),
    workspace.putFloats("d values", dValues),
    target,
    parameters.gradient(packing.valueWeight),
    parameters.gradient(packing.valueBias),
    dValues.length,
    hiddenStride,
  );
  if (!dropoutMask) return;
  const from = heap.floats(target, floats);
  const to = heap.floats(dHidden, floats);
  dropoutMask.forEach((scale, i) => {
    const at = Math.floor(i / hidden) * hiddenStride + (i % hidden);
    to[at] = (to[at] as number) + (from[at] as number) * scale;
  });
}
