// The hand-written backward pass: gradient of the normalised hidden states in, parameter gradients added up.

import type { ForwardPass } from "./forward";
import type { Network } from "./network";

/**
 * Adds dLoss/dW for the whole backbone to the gradients.
 * @param pass a forward pass made with `keep`
 * @param dHidden byte offset of dLoss/dhidden, [rows, hiddenStride]; overwritten
 */
export function backward(net: Network, pass: ForwardPass, dHidden: number): void {
  const { kernels, parameters, packing, dims, workspace } = net;
  const { rows, batch, maxLen } = pass.packed;
  const { hidden, hiddenStride, qkvStride, attentionStride, innerStride, heads, kvHeads, headStride } = dims;
  const rotary = net.rotary(1);
  const dStream = workspace.get("d stream", rows * hiddenStride);
  const dActivated = workspace.get("d activated", rows * innerStride);
  const dGateUp = workspace.get("d gate up", rows * 2 * innerStride);
  const dAttended = workspace.get("d attended", rows * attentionStride);
  const dQkv = workspace.get("d qkv", rows * qkvStride);
  const dNormed = dHidden;

  const normBackward = (x: number, gain: number, inverse: number) =>
    kernels.rmsNormBackward(x, parameters.weight(gain), inverse, dNormed, dStream, parameters.gradient(gain), rows, hidden, hiddenStride);

  net.heap.floats(dStream, rows * hiddenStride).fill(0);
  normBackward(pass.output, packing.finalNorm, pass.hiddenInverse);

  for (let i = packing.layers.length - 1; i >= 0; i--) {
    const regions = packing.layers[i] as (typeof packing.layers)[number];
    const kept = pass.layers[i] as (typeof pass.layers)[number];
    net.linearBackward({
      dy: dStream, dyStride: hiddenStride, x: kept.activated, xStride: innerStride,
      weight: regions.down, bias: regions.downBias, dx: dActivated, rows, outRows: hidden, accumulate: false,
    });
    kernels.swigluBackward(kept.gateUp, dActivated, dGateUp, rows, innerStride);
    net.linearBackward({
      dy: dGateUp, dyStride: 2 * innerStride, x: kept.postNormed, xStride: hiddenStride,
      weight: regions.gateUp, bias: regions.gateUpBias, dx: dNormed, rows, outRows: 2 * innerStride, accumulate: false,
    });
    normBackward(kept.middle, regions.postNorm, kept.postInverse);

    net.linearBackward({
      dy: dStream, dyStride: hiddenStride, x: kept.attended, xStride: attentionStride,
      weight: regions.output, bias: regions.outputBias, dx: dAttended, rows, outRows: hidden, accumulate: false,
    });
    kernels.attentionBackward(kept.qkv, kept.probs, dAttended, dQkv, pass.scratch, pass.offsets, batch, heads, kvHeads, headStride, maxLen, net.attentionScale);
    kernels.rotate(dQkv, qkvStride, (heads + kvHeads) * headStride, rotary.cos, rotary.inverseSin, pass.positions, rows, headStride);
    net.linearBackward({
      dy: dQkv, dyStride: qkvStride, x: kept.normed, xStride: hiddenStride,
      weight: regions.qkv, bias: regions.qkvBias, dx: dNormed, rows, outRows: qkvStride, accumulate: false,
    });
    normBackward(kept.input, regions.inputNorm, kept.inverse);
  }
  kernels.scatterAddRows(dStream, pass.ids, parameters.gradient(packing.embed), rows, hiddenStride);
}
