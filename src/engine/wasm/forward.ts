// The Llama forward pass on packed rows: token ids in, normalised hidden states out, activations kept when a backward pass follows.

import type { Network } from "./network";
import type { PackedBatch } from "./packedBatch";
import { padded } from "./packing";

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
  readonly attended: number;
  /** Residual stream between attention and MLP. */
  readonly middle: number;
  readonly postNormed: number;
  readonly postInverse: number;
  /** [rows, 2 innerStride] */
  readonly gateUp: number;
  readonly activated: number;
}

export interface ForwardPass {
  readonly packed: PackedBatch;
  readonly offsets: number;
  readonly positions: number;
  readonly ids: number;
  /** Free for the attention kernels of this pass. */
  readonly scratch: number;
  readonly layers: readonly LayerActivations[];
  /** Residual stream after the last layer. */
  readonly output: number;
  /** After the final norm, [rows, hiddenStride]: what lm_head and the value head read. */
  readonly hidden: number;
  readonly hiddenInverse: number;
}

/** Called after a layer's rotated q | k | v rows are there; the rollout fills its caches from them. */
export type OnKeysAndValues = (layer: number, qkv: number, offsets: number) => void;

/**
 * Fact sheet 8.3 on packed rows.
 * @param keep keep every layer's activations for `backward`
 */
export function forward(net: Network, packed: PackedBatch, keep: boolean, onKeysAndValues?: OnKeysAndValues): ForwardPass {
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
  const scratch = workspace.get("attention scratch", (headStride + maxLen) * padded(maxLen));

  const buffers = (layer: number, name: string, words: number) => workspace.get(keep ? `${name} ${layer}` : name, words);
  const streams = (name: string) => workspace.get(keep ? name : "stream", rows * hiddenStride);
  let stream = streams("input 0");
  kernels.gatherRows(parameters.weight(packing.embed), ids, stream, rows, hiddenStride);

  const layers = packing.layers.map((regions, i): LayerActivations => {
    const transposed = parameters.transposed[i] as (typeof parameters.transposed)[number];
    const activations: LayerActivations = {
      input: stream,
      normed: buffers(i, "normed", rows * hiddenStride),
      inverse: buffers(i, "inverse", rows),
      qkv: buffers(i, "qkv", rows * qkvStride),
      probs: buffers(i, "probs", batch * heads * maxLen * padded(maxLen)),
      attended: buffers(i, "attended", rows * attentionStride),
      middle: streams(`middle ${i}`),
      postNormed: buffers(i, "post normed", rows * hiddenStride),
      postInverse: buffers(i, "post inverse", rows),
      gateUp: buffers(i, "gate up", rows * 2 * innerStride),
      activated: buffers(i, "activated", rows * innerStride),
    };
    const { input, normed, inverse, qkv, probs, attended, middle, postNormed, postInverse, gateUp, activated } = activations;
    kernels.rmsNorm(input, parameters.weight(regions.inputNorm), normed, inverse, rows, hidden, hiddenStride, eps);
    net.linear({ x: normed, xStride: hiddenStride, transposedWeight: transposed.qkv, bias: regions.qkvBias, y: qkv, yStride: qkvStride, rows, into: hidden, accumulate: false });
    kernels.rotate(qkv, qkvStride, (heads + kvHeads) * headStride, rotary.cos, rotary.sin, positions, rows, headStride);
    onKeysAndValues?.(i, qkv, offsets);
    kernels.attention(qkv, attended, probs, scratch, offsets, keyBegin, keyEnd, batch, heads, kvHeads, headStride, maxLen, net.attentionScale);
    if (middle !== input) net.copyFloats(input, middle, rows * hiddenStride);
    net.linear({ x: attended, xStride: attentionStride, transposedWeight: transposed.output, bias: regions.outputBias, y: middle, yStride: hiddenStride, rows, into: attentionStride, accumulate: true });
    kernels.rmsNorm(middle, parameters.weight(regions.postNorm), postNormed, postInverse, rows, hidden, hiddenStride, eps);
    net.linear({ x: postNormed, xStride: hiddenStride, transposedWeight: transposed.gateUp, bias: regions.gateUpBias, y: gateUp, yStride: 2 * innerStride, rows, into: hidden, accumulate: false });
    kernels.swiglu(gateUp, activated, rows, innerStride);
    stream = streams(`input ${i + 1}`);
    if (stream !== middle) net.copyFloats(middle, stream, rows * hiddenStride);
    net.linear({ x: activated, xStride: innerStride, transposedWeight: transposed.down, bias: regions.downBias, y: stream, yStride: hiddenStride, rows, into: innerStride, accumulate: true });
    return activations;
  });

  const normed = workspace.get("hidden", rows * hiddenStride);
  const hiddenInverse = workspace.get("hidden inverse", rows);
  kernels.rmsNorm(stream, parameters.weight(packing.finalNorm), normed, hiddenInverse, rows, hidden, hiddenStride, eps);
  return { packed, offsets, positions, ids, scratch, layers, output: stream, hidden: normed, hiddenInverse };
}
