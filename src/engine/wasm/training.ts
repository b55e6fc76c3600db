// One minibatch under a loss head: forward, loss in plain TypeScript, backward.

import type { LossHead, LossResult, PpoLossHead, SftLossHead } from "../../loss/lossHead";
import { ppoLoss } from "../../loss/ppoLoss";
import { rewardPairLoss } from "../../loss/rewardPairLoss";
import { sftLoss } from "../../loss/sftLoss";
import type { TokenBatch } from "../engine";
import { backward } from "./backward";
import type { ForwardPass } from "./forward";
import { forward } from "./forward";
import { logitRows, logitRowsBackward, valueDropoutMask, valueRows, valueRowsBackward } from "./heads";
import type { Network } from "./network";
import { columnsOf, lastRows, packBatch, spread, wantedColumns } from "../packedBatch";

export interface AccumulateOutcome {
  readonly result: LossResult;
  /** Name of the first tensor that was not finite; then nothing was added to the gradients. */
  readonly nonFinite: string | null;
}

/** See EngineModel.accumulate. */
export function accumulate(net: Network, tokens: TokenBatch, head: LossHead, gradScale: number): AccumulateOutcome {
  switch (head.kind) {
    case "ppo":
      return accumulatePpo(net, tokens, head, gradScale);
    case "sft":
      return accumulateSft(net, tokens, head, gradScale);
    case "rewardPair":
      return accumulateRewardPair(net, tokens, gradScale);
  }
}

function accumulatePpo(net: Network, tokens: TokenBatch, head: PpoLossHead, gradScale: number): AccumulateOutcome {
  const size = head.mask.length;
  const columns = head.allColumns ? new Uint8Array(size).fill(1) : columnsOf(head.mask);
  const packed = packBatch(tokens, columns);
  const wanted = wantedColumns(tokens, packed, columns);
  const pass = forward(net, packed, wanted.rows, true);
  const picked = logitRows(net, pass, wanted);
  const valued = valueRows(net, pass, valueDropoutMask(wanted, net.config.hiddenSize, head.valueDropout));
  const logprobs = spread(wanted.cells, picked.logprobs, size);
  const entropies = spread(wanted.cells, picked.entropies, size);
  const values = spread(wanted.cells, valued.values, size);
  const { result, dLogprobs, dValues } = ppoLoss(head, { logprobs, values, entropies });
  const nonFinite = firstNonFinite({ logprobs, values, "loss/total": Float32Array.of(result.stats["loss/total"]), dLogprobs, dValues });
  if (nonFinite === null && !result.skipped)
    backwardFromHeads(net, pass, (dHidden) => {
      logitRowsBackward(net, pass, wanted, picked, scaledAt(wanted.cells, dLogprobs, gradScale), dHidden);
      valueRowsBackward(net, valued, scaledAt(wanted.cells, dValues, gradScale), dHidden);
    });
  return { result, nonFinite };
}

function accumulateSft(net: Network, tokens: TokenBatch, head: SftLossHead, gradScale: number): AccumulateOutcome {
  const columns = columnsOf(head.mask);
  const packed = packBatch(tokens, columns);
  const wanted = wantedColumns(tokens, packed, columns);
  const pass = forward(net, packed, wanted.rows, true);
  const picked = logitRows(net, pass, wanted);
  const logprobs = spread(wanted.cells, picked.logprobs, head.mask.length);
  const { result, dLogprobs } = sftLoss(head, logprobs);
  const nonFinite = firstNonFinite({ logprobs, loss: Float32Array.of(result.loss) });
  if (nonFinite === null)
    backwardFromHeads(net, pass, (dHidden) =>
      logitRowsBackward(net, pass, wanted, picked, scaledAt(wanted.cells, dLogprobs, gradScale), dHidden),
    );
  return { result, nonFinite };
}

function accumulateRewardPair(net: Network, tokens: TokenBatch, gradScale: number): AccumulateOutcome {
  const packed = packBatch(tokens, null);
  const pass = forward(net, packed, lastRows(packed), true);
  const valued = valueRows(net, pass, null);
  const { result, dScores } = rewardPairLoss(valued.values);
  const nonFinite = firstNonFinite({ scores: valued.values, loss: Float32Array.of(result.loss) });
  if (nonFinite === null)
    backwardFromHeads(net, pass, (dHidden) =>
      valueRowsBackward(
        net,
        valued,
        dScores.map((d) => d * gradScale),
        dHidden,
      ),
    );
  return { result, nonFinite };
}

/** The wanted cells of a [batch, seq - 1] gradient, scaled. */
function scaledAt(cells: Int32Array, gradient: Float32Array, scale: number): Float32Array {
  return Float32Array.from(cells, (cell) => (gradient[cell] as number) * scale);
}

function firstNonFinite(arrays: Readonly<Record<string, Float32Array>>): string | null {
  for (const [name, array] of Object.entries(arrays)) if (!array.every(Number.isFinite)) return name;
  return null;
}

/** Lets the heads fill dHidden [outputs, hiddenStride], then goes back through the backbone. */
function backwardFromHeads(net: Network, pass: ForwardPass, fill: (dHidden: number) => void): void {
  const floats = pass.outputs.length * net.dims.hiddenStride;
  const dHidden = net.workspace.get("d hidden", floats);
  net.heap.floats(dHidden, floats).fill(0);
  fill(dHidden);
  backward(net, pass, dHidden);
}
