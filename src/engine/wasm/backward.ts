// The hand-written backward pass: gradient of the normalised hidden states in, parameter gradients added up.

import type { ForwardPass } from "./forward";
import type { Network } from "./network";

/**
 * Adds dLoss/dW for the whole backbone to the gradients.
 * @param pass a forward pass made with `keep`
 * @param dHidden byte offset of dLoss/dhidden, [outputs, hiddenStride]
 */
export function backward(net: Network, pass: ForwardPass, dHidden: number): void {
  const { kernels, parameters, packing, dims, workspace } = net;
  const { rows, batch, maxLen } = pass.packed;
  const outputs = pass.outputs.length;
  const { hidden, hiddenStride, qkvStride, attentionStride, innerStride, heads, kvHeads, headStride } = dims;
  const rotary = net.rotary(1);
  const dStreamAll = workspace.get("d stream", rows * hiddenStride);
  const dStreamOutputs = workspace.get("d stream outputs", outputs * hiddenStride);
  const dNormed = workspace.get("d normed", rows * hiddenStride);
  const dActivated = workspace.get("d activated", rows * innerStride);
  const dGateUp = workspace.get("d gate up", rows * 2 * innerStride);
  const dAttendedAll = workspace.get("d attended", rows * attentionStride);
  const dQkv = workspace.get("d qkv", rows * qkvStride);
  const zero = (pointer: number, floats: number) => net.heap.floats(pointer, floats).fill(0);

  const normBackward = (x: number, gain: number, inverse: number, dOut: number, dStream: number, count: number) =>
    kernels.rmsNormBackward(x, parameters.weight(gain), inverse, dOut, dStream, parameters.gradient(gain), count, hidden, hiddenStride);

  zero(dStreamOutputs, outputs * hiddenStride);
  normBackward(pass.output, packing.finalNorm, pass.hiddenInverse, dHidden, dStreamOutputs, outputs);

  for (let i = packing.layers.length - 1; i >= 0; i--) {
    const { regions } = net.layer(i);
    const kept = pass.layers[i] as (typeof pass.layers)[number];
    const last = i === packing.layers.length - 1;
    const passed = last ? outputs : rows;
    const dStream = last ? dStreamOutputs : dStreamAll;
    const dAttended = last ? workspace.get("d attended outputs", outputs * attentionStride) : dAttendedAll;
    net.linearBackward({
      dy: dStream,
      dyStride: hiddenStride,
      x: kept.activated,
      xStride: innerStride,
      weight: regions.down,
      bias: regions.downBias,
      dx: dActivated,
      rows: passed,
      outRows: hidden,
    });
    kernels.swigluBackward(kept.gateUp, dActivated, dGateUp, passed, innerStride);
    net.linearBackward({
      dy: dGateUp,
      dyStride: 2 * innerStride,
      x: kept.postNormed,
      xStride: hiddenStride,
      weight: regions.gateUp,
      bias: regions.gateUpBias,
      dx: dNormed,
      rows: passed,
      outRows: 2 * innerStride,
    });
    normBackward(kept.middle, regions.postNorm, kept.postInverse, dNormed, dStream, passed);
    net.linearBackward({
      dy: dStream,
      dyStride: hiddenStride,
      x: kept.attended,
      xStride: attentionStride,
      weight: regions.output,
      bias: regions.outputBias,
      dx: dAttended,
      rows: passed,
      outRows: hidden,
    });
    if (last) {
      zero(dAttendedAll, rows * attentionStride);
      kernels.scatterAddRows(dAttended, pass.outputRows, dAttendedAll, outputs, attentionStride);
      zero(dStreamAll, rows * hiddenStride);
      kernels.scatterAddRows(dStream, pass.outputRows, dStreamAll, outputs, hiddenStride);
    }

    const queryBegin = last ? pass.queryBegin.last : pass.queryBegin.all;
    kernels.attentionBackward(
      kept.qkv,
      kept.probs,
      dAttendedAll,
      dQkv,
      pass.scratch,
      pass.offsets,
      queryBegin,
      batch,
      heads,
      kvHeads,
      headStride,
      maxLen,
      net.attentionScale,
    );
    kernels.rotate(dQkv, qkvStride, (heads + kvHeads) * headStride, rotary.cos, rotary.inverseSin, pass.positions, rows, headStride);
    net.linearBackward({
      dy: dQkv,
      dyStride: qkvStride,
      x: kept.normed,
      xStride: hiddenStride,
      weight: regions.qkv,
      bias: regions.qkvBias,
      dx: dNormed,
      rows,
      outRows: qkvStride,
    });
    normBackward(kept.input, regions.inputNorm, kept.inverse, dNormed, dStreamAll, rows);
  }
  kernels.scatterAddRows(dStreamAll, pass.ids, parameters.gradient(packing.embed), rows, hiddenStride);
}
