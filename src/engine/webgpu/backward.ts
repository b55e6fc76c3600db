// The hand-written backward pass: gradient of the normalised hidden states in, parameter gradients added up.

import type { ForwardPass } from "./forward";
import { NONE } from "./kernel";
import { embeddingGradient } from "./kernels/embedding";
import { LINEAR } from "./kernels/linear";
import { rmsNormGainGradient, rmsNormGradient } from "./kernels/rmsNorm";
import type { Network } from "./network";
import type { BackwardInputs } from "./passInputs";
import type { Buffer } from "./buffers";

/**
 * Adds dLoss/dW of the backbone to the gradients, where theta depends on it; at most fourteen dispatches a layer.
 * @param pass a forward pass made with `keep`
 * @param dHidden dLoss/dhidden, [outputs, hiddenStride]
 */
export function backward(net: Network, pass: ForwardPass, indices: BackwardInputs, dHidden: Buffer): void {
  const { recorder, parameters, packing, dims, workspace } = net;
  const { weights, gradients } = parameters;
  const { lowestLayer } = parameters;
  const { rows, outputs } = pass.inputs;
  const { hidden, hiddenStride, qkvStride, attentionStride, innerStride, heads, kvHeads } = dims;
  const rotary = net.rotary(1);
  const dNormed = workspace.get("d normed", rows * hiddenStride);
  const dGateUp = workspace.get("d gate up", rows * 2 * innerStride);
  const dAttended = workspace.get("d attended", rows * attentionStride);
  const dQkv = workspace.get("d qkv", rows * qkvStride);
  const along = workspace.get("d along", rows * heads);
  // The stream's gradient moves between two buffers: a dispatch cannot read what it writes.
  let dStream = workspace.get("d stream", rows * hiddenStride);
  let other = workspace.get("d stream other", rows * hiddenStride);

  const normBackward = (
    x: Buffer,
    gain: number,
    inverse: Buffer,
    dy: Buffer,
    incoming: { readonly has: boolean; readonly rows: number },
    count: number,
  ) => {
    recorder.dispatch(
      rmsNormGradient,
      { x, weights, inverse, dy, incoming: dStream, dx: other },
      {
        rows: count,
        width4: hiddenStride / 4,
        size: hidden,
        gain4: gain / 4,
        incomingRows: incoming.rows,
        hasIncoming: incoming.has ? 1 : 0,
      },
      count,
    );
    if (parameters.trains(gain, hiddenStride))
      recorder.dispatch(
        rmsNormGainGradient,
        { x, inverse, dy, gradients },
        { rows: count, width4: hiddenStride / 4, gain4: gain / 4 },
        hiddenStride * 16,
      );
    [dStream, other] = [other, dStream];
  };

  normBackward(pass.output, packing.finalNorm, pass.hiddenInverse, dHidden, { has: false, rows: NONE }, outputs);

  for (let i = packing.layers.length - 1; i >= Math.max(0, lowestLayer); i--) {
    const regions = packing.layers[i] as (typeof packing.layers)[number];
    const kept = pass.layers[i] as (typeof pass.layers)[number];
    const last = i === packing.layers.length - 1;
    const passed = last ? outputs : rows;
    net.weightGradient({
      dy: dStream,
      dyWidth: hiddenStride,
      x: kept.activated,
      xWidth: innerStride,
      rows: passed,
      outRows: hidden,
      weight: regions.down,
      bias: regions.downBias,
    });
    const tiling = net.gradientTiling(passed, innerStride, hiddenStride);
    recorder.dispatch(
      LINEAR.inputSwiglu[tiling],
      { left: dStream, right: weights, gateUp: kept.gateUp, dGateUp },
      { rows: passed, columns4: innerStride / 4, depth: hiddenStride, left4: 0, right4: regions.down / 4 },
      net.threads(tiling, passed, innerStride / 4),
    );
    net.weightGradient({
      dy: dGateUp,
      dyWidth: 2 * innerStride,
      x: kept.postNormed,
      xWidth: hiddenStride,
      rows: passed,
      outRows: 2 * innerStride,
      weight: regions.gateUp,
      bias: regions.gateUpBias,
    });
    net.inputGradient({ dy: dGateUp, dyWidth: 2 * innerStride, dx: dNormed, xWidth: hiddenStride, rows: passed, weight: regions.gateUp });
    normBackward(kept.middle, regions.postNorm, kept.postInverse, dNormed, { has: true, rows: NONE }, passed);

    net.weightGradient({
      dy: dStream,
      dyWidth: hiddenStride,
      x: kept.attended,
      xWidth: attentionStride,
      rows: passed,
      outRows: hidden,
      weight: regions.output,
      bias: regions.outputBias,
    });
    net.inputGradient({ dy: dStream, dyWidth: hiddenStride, dx: dAttended, xWidth: attentionStride, rows: passed, weight: regions.output });
    const sizes = { heads, kvHeads, rowInfo: pass.inputs.rowInfo, scale: net.attentionScale };
    recorder.dispatch(
      net.attention.queryGradient,
      { qkv: kept.qkv, out: kept.attended, dOut: dAttended, logSum: kept.logSum, rotary, dQkv, along },
      { ...sizes, count: rows, queryOfRow: last ? indices.outputOfRow : indices.everyRow },
      rows * heads,
    );
    recorder.dispatch(
      net.attention.keyGradient,
      { qkv: kept.qkv, dOut: dAttended, logSum: kept.logSum, along, rotary, dQkv },
      {
        ...sizes,
        count: rows,
        queryRange: last ? indices.queryRange.outputs : indices.queryRange.all,
        queryRows: last ? pass.inputs.outputRows : indices.everyRow,
      },
      rows * kvHeads,
    );
    net.weightGradient({
      dy: dQkv,
      dyWidth: qkvStride,
      x: kept.normed,
      xWidth: hiddenStride,
      rows,
      outRows: qkvStride,
      weight: regions.qkv,
      bias: regions.qkvBias,
    });
    net.inputGradient({ dy: dQkv, dyWidth: qkvStride, dx: dNormed, xWidth: hiddenStride, rows, weight: regions.qkv });
    normBackward(kept.input, regions.inputNorm, kept.inverse, dNormed, { has: true, rows: last ? indices.outputOfRow : NONE }, rows);
  }
  if (lowestLayer >= 0) return;
  const { byToken } = indices;
  recorder.dispatch(
    embeddingGradient,
    { dx: dStream, gradients },
    {
      distinct: byToken.distinct,
      width4: hiddenStride / 4,
      table4: packing.embed / 4,
      ids: byToken.ids,
      starts: byToken.starts,
      places: byToken.places,
    },
    (byToken.distinct * hiddenStride) / 4,
  );
}
