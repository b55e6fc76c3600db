// The two halves of a decoder layer around its attention, shared by the full forward pass and by decoding.

import type { Network, RotaryTables } from "./network";

/** Byte offsets; every buffer has one row per token. */
export interface QueryKeyValueBuffers {
  /** Residual stream entering the layer. */
  readonly input: number;
  readonly normed: number;
  readonly inverse: number;
  readonly qkv: number;
}

/** qkv = RoPE(norm(input) W^T + b): queries and keys rotated, values plain. `positions`: byte offset, [rows] int32. */
export function queryKeyValue(
  net: Network,
  layer: number,
  { input, normed, inverse, qkv }: QueryKeyValueBuffers,
  rows: number,
  rotary: RotaryTables,
  positions: number,
): void {
  const { kernels, parameters, dims } = net;
  const { hidden, hiddenStride, qkvStride, headStride } = dims;
  const { regions, transposed } = net.layer(layer);
  kernels.rmsNorm(input, parameters.weight(regions.inputNorm), normed, inverse, rows, hidden, hiddenStride, net.config.rmsNormEps);
  net.linear({
    x: normed,
    xStride: hiddenStride,
    transposedWeight: transposed.qkv,
    bias: regions.qkvBias,
    y: qkv,
    yStride: qkvStride,
    rows,
    into: hidden,
    accumulate: false,
  });
  kernels.rotate(qkv, qkvStride, (dims.heads + dims.kvHeads) * headStride, rotary.cos, rotary.sin, positions, rows, headStride);
}

/** Byte offsets; every buffer has one row per token that the layer passes on. */
export interface OutputAndMlpBuffers {
  readonly attended: number;
  /** Holds the residual stream; the attention's output is added to it. */
  readonly middle: number;
  readonly postNormed: number;
  readonly postInverse: number;
  readonly gateUp: number;
  readonly activated: number;
  /** Where the layer's output goes; may be `middle`. */
  readonly stream: number;
}

/** middle += attended W_o^T; stream = middle + SwiGLU(norm(middle)). */
export function outputAndMlp(net: Network, layer: number, buffers: OutputAndMlpBuffers, rows: number): void {
  const { kernels, parameters, dims } = net;
  const { hidden, hiddenStride, attentionStride, innerStride } = dims;
  const { attended, middle, postNormed, postInverse, gateUp, activated, stream } = buffers;
  const { regions, transposed } = net.layer(layer);
  net.linear({
    x: attended,
    xStride: attentionStride,
    transposedWeight: transposed.output,
    bias: regions.outputBias,
    y: middle,
    yStride: hiddenStride,
    rows,
    into: attentionStride,
    accumulate: true,
  });
  kernels.rmsNorm(middle, parameters.weight(regions.postNorm), postNormed, postInverse, rows, hidden, hiddenStride, net.config.rmsNormEps);
  net.linear({
    x: postNormed,
    xStride: hiddenStride,
    transposedWeight: transposed.gateUp,
    bias: regions.gateUpBias,
    y: gateUp,
    yStride: 2 * innerStride,
    rows,
    into: hidden,
    accumulate: false,
  });
  kernels.swiglu(gateUp, activated, rows, innerStride);
  if (stream !== middle) net.copyFloats(middle, stream, rows * hiddenStride);
  net.linear({
    x: activated,
    xStride: innerStride,
    transposedWeight: transposed.down,
    bias: regions.downBias,
    y: stream,
    yStride: hiddenStride,
    rows,
    into: innerStride,
    accumulate: true,
  });
}
