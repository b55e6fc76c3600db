// The Llama forward pass on packed rows: token ids in, normalised hidden states out, activations kept when a backward pass follows.

import { outputAndMlp, queryKeyValue } from "./block";
import type { Network } from "./network";
import type { PackedBatch } from "../packedBatch";
import { firstOutputs } from "../packedBatch";
import { padded } from "../packing";

/** Byte offsets of one layer's activations; without a backward pass all layers share one set. */
export interface LayerActivations {
  /** Residual stream entering the layer, [rows, hiddenStride]. */
  readonly input: number;
  readonly normed: number;
  readonly inverse: number;
  /** After RoPE, [rows, qkvStride]. */
  readonly qkv: number;
  /** [batch, heads, maxLen, padded(maxLen)] */
  readonly probs: number;
  /** From here on one row per row that the layer passes on: all of them, or in the last layer the outputs only. */
  readonly attended: number;
  /** Residual stream between attention and MLP. */
  readonly middle: number;
  readonly postNormed: number;
  readonly postInverse: number;
  /** [.., 2 innerStride] */
  readonly gateUp: number;
  readonly activated: number;
}

export interface ForwardPass {
  readonly packed: PackedBatch;
  /** Packed rows whose hidden states were asked for, ascending. */
  readonly outputs: Int32Array;
  /** Byte offset of `outputs`. */
  readonly outputRows: number;
  readonly offsets: number;
  /** Byte offset of the first wanted query of every sequence, for the last layer and for all others. */
  readonly queryBegin: { readonly last: number; readonly all: number };
  readonly positions: number;
  readonly ids: number;
  /** Free for the attention kernels of this pass. */
  readonly scratch: number;
  readonly layers: readonly LayerActivations[];
  /** Residual stream after the last layer, [outputs, hiddenStride]. */
  readonly output: number;
  /** After the final norm, [outputs, hiddenStride]: what lm_head and the value head read. */
  readonly hidden: number;
  readonly hiddenInverse: number;
}

/** Called after a layer's rotated q | k | v rows are there; the rollout fills its caches from them. */
export type OnKeysAndValues = (layer: number, qkv: number, offsets: number) => void;

/**
 * Fact sheet 8.3 on packed rows. The last layer computes queries, output projection and MLP for the outputs only.
 * @param outputs packed rows whose hidden states are wanted, ascending, at least one
 * @param keep keep every layer's activations for `backward`
 */
export function forward(
  net: Network,
  packed: PackedBatch,
  outputs: Int32Array,
  keep: boolean,
  onKeysAndValues?: OnKeysAndValues,
): ForwardPass {
  const { kernels, parameters, packing, dims, workspace } = net;
  const { rows, batch, maxLen } = packed;
  const { hidden, hiddenStride, qkvStride, attentionStride, innerStride, heads, kvHeads, headStride } = dims;
  const eps = net.config.rmsNormEps;
  const rotary = net.rotary(packed.positions.reduce((largest, position) => Math.max(largest, position), 0) + 1);
  const ids = workspace.putInts("ids", packed.ids);
  const positions = workspace.putInts("positions", packed.positions);
  const offsets = workspace.putInts("offsets", packed.offsets);
  const keyBegin = workspace.putInts("key begin", packed.keyBegin);
  const keyEnd = workspace.putInts("key end", packed.keyEnd);
  const outputRows = workspace.putInts("output rows", outputs);
  const queryBegin = {
    last: workspace.putInts("query begin", firstOutputs(packed, outputs)),
    all: workspace.putInts("query begin zero", new Int32Array(batch)),
  };
  const scratch = workspace.get("attention scratch", (headStride + maxLen) * padded(maxLen));

  const buffers = (layer: number, name: string, words: number) => workspace.get(keep ? `${name} ${layer}` : name, words);
  let stream = buffers(0, "input", rows * hiddenStride);
  kernels.gatherRows(parameters.weight(packing.embed), ids, stream, rows, hiddenStride);

  const layers = packing.layers.map((_, i): LayerActivations => {
    const input = stream;
    const normed = buffers(i, "normed", rows * hiddenStride);
    const inverse = buffers(i, "inverse", rows);
    const qkv = buffers(i, "qkv", rows * qkvStride);
    const probs = buffers(i, "probs", batch * heads * maxLen * padded(maxLen));
    const attendedAll = buffers(i, "attended", rows * attentionStride);
    const last = i === packing.layers.length - 1;
    queryKeyValue(net, i, { input, normed, inverse, qkv }, rows, rotary, positions);
    onKeysAndValues?.(i, qkv, offsets);
    kernels.attention(
      qkv,
      attendedAll,
      probs,
      scratch,
      offsets,
      last ? queryBegin.last : queryBegin.all,
      keyBegin,
      keyEnd,
      batch,
      heads,
      kvHeads,
      headStride,
      maxLen,
      net.attentionScale,
    );

    const passed = last ? outputs.length : rows;
    const attended = last ? workspace.get("attended outputs", passed * attentionStride) : attendedAll;
    const middle = buffers(i, "middle", passed * hiddenStride);
    const postNormed = buffers(i, "post normed", passed * hiddenStride);
    const postInverse = buffers(i, "post inverse", passed);
    const gateUp = buffers(i, "gate up", passed * 2 * innerStride);
    const activated = buffers(i, "activated", passed * innerStride);
    if (last) {
      kernels.gatherRows(attendedAll, outputRows, attended, passed, attentionStride);
      kernels.gatherRows(input, outputRows, middle, passed, hiddenStride);
    } else net.copyFloats(input, middle, rows * hiddenStride);
    stream = buffers(i + 1, "input", passed * hiddenStride);
    outputAndMlp(net, i, { attended, middle, postNormed, postInverse, gateUp, activated, stream }, passed);
    return { input, normed, inverse, qkv, probs, attended, middle, postNormed, postInverse, gateUp, activated };
  });

  const normed = workspace.get("hidden", outputs.length * hiddenStride);
  const hiddenInverse = workspace.get("hidden inverse", outputs.length);
  kernels.rmsNorm(stream, parameters.weight(packing.finalNorm), normed, hiddenInverse, outputs.length, hidden, hiddenStride, eps);
  return {
    packed,
    outputs,
    outputRows,
    offsets,
    queryBegin,
    positions,
    ids,
    scratch,
    layers,
    output: stream,
    hidden: normed,
    hiddenInverse,
  };
}
