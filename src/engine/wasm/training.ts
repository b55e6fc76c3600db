// One minibatch under a loss head: forward, loss in plain TypeScript, backward; and the flags an optimizer step obeys.

import { ppoLoss } from "../../loss/ppoLoss";
import { rewardPairLoss } from "../../loss/rewardPairLoss";
import { sftLoss } from "../../loss/sftLoss";
import type { LossHead, LossResult, PpoLossHead, SftLossHead } from "../../loss/lossHead";
import type { TokenBatch, ValueDropout } from "../engine";
import { backward } from "./backward";
import { unpackRows } from "./evaluation";
import type { ForwardPass } from "./forward";
import { forward } from "./forward";
import type { LogitRows } from "./heads";
import { logitRows, logitRowsBackward, packedValues, packedValuesBackward } from "./heads";
import type { Network } from "./network";
import { packBatch } from "./packedBatch";

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

function columnsOf(mask: Float32Array): Uint8Array {
  return Uint8Array.from(mask, (m) => (m === 0 ? 0 : 1));
}

/** Values at the wanted cells spread to [batch, seq - 1]. */
function spread(picked: LogitRows, values: Float32Array, size: number): Float32Array {
  const target = new Float32Array(size);
  picked.cells.forEach((cell, i) => {
    target[cell] = values[i] as number;
  });
  return target;
}

function firstNonFinite(arrays: Readonly<Record<string, Float32Array>>): string | null {
  for (const [name, array] of Object.entries(arrays)) if (!array.every(Number.isFinite)) return name;
  return null;
}

function accumulatePpo(net: Network, tokens: TokenBatch, head: PpoLossHead, gradScale: number): AccumulateOutcome {
  const size = head.mask.length;
  const width = tokens.seq - 1;
  const columns = head.allColumns ? new Uint8Array(size).fill(1) : columnsOf(head.mask);
  const packed = packBatch(tokens, columns, net.config.vocabSize);
  const pass = forward(net, packed, true);
  const picked = logitRows(net, pass, tokens, columns);
  const valueRows = packedValues(net, pass, head.valueDropout);
  const padded = new Float32Array(tokens.batch * tokens.seq);
  unpackRows(packed, valueRows.values, tokens.seq, padded);
  const values = Float32Array.from({ length: size }, (_, cell) => padded[Math.floor(cell / width) * tokens.seq + (cell % width)] as number);
  const logprobs = spread(picked, picked.logprobs, size);
  const entropies = spread(picked, picked.entropies, size);
  const { result, dLogprobs, dValues } = ppoLoss(head, { logprobs, values, entropies });
  const nonFinite = firstNonFinite({ logprobs, values, "loss/total": Float32Array.of(result.stats["loss/total"]), dLogprobs, dValues });
  if (nonFinite === null && !result.skipped) {
    const dPicked = Float32Array.from(picked.cells, (cell) => (dLogprobs[cell] as number) * gradScale);
    const dPacked = new Float32Array(packed.rows);
    for (let b = 0; b < tokens.batch; b++)
      for (let row = packed.offsets[b] as number; row < (packed.offsets[b + 1] as number); row++) {
        const column = (packed.firstColumn[b] as number) + row - (packed.offsets[b] as number);
        if (column < width) dPacked[row] = (dValues[b * width + column] as number) * gradScale;
      }
    backwardFromHeads(net, pass, { picked, dPicked, valueInput: valueRows.input, dValues: dPacked, dropout: head.valueDropout });
  }
  return { result, nonFinite };
}

function accumulateSft(net: Network, tokens: TokenBatch, head: SftLossHead, gradScale: number): AccumulateOutcome {
  const columns = columnsOf(head.mask);
  const pass = forward(net, packBatch(tokens, null, net.config.vocabSize), true);
  const picked = logitRows(net, pass, tokens, columns);
  const logprobs = spread(picked, picked.logprobs, head.mask.length);
  const { result, dLogprobs } = sftLoss(head, logprobs);
  const nonFinite = firstNonFinite({ logprobs, loss: Float32Array.of(result.loss) });
  if (nonFinite === null) backwardFromHeads(net, pass, { picked, dPicked: Float32Array.from(picked.cells, (cell) => (dLogprobs[cell] as number) * gradScale) });
  return { result, nonFinite };
}

function accumulateRewardPair(net: Network, tokens: TokenBatch, gradScale: number): AccumulateOutcome {
  const packed = packBatch(tokens, null, net.config.vocabSize);
  const pass = forward(net, packed, true);
  const head = packedValues(net, pass);
  const lastRows = packed.offsets.subarray(1).map((offset) => offset - 1);
  const scores = Float32Array.from(lastRows, (row) => head.values[row] as number);
  const { result, dScores } = rewardPairLoss(scores);
  const nonFinite = firstNonFinite({ scores, loss: Float32Array.of(result.loss) });
  if (nonFinite === null) {
    const dValues = new Float32Array(packed.rows);
    lastRows.forEach((row, b) => {
      dValues[row] = (dScores[b] as number) * gradScale;
    });
    backwardFromHeads(net, pass, { valueInput: head.input, dValues });
  }
  return { result, nonFinite };
}

interface HeadGradients {
  readonly picked?: LogitRows;
  readonly dPicked?: Float32Array;
  readonly valueInput?: number;
  readonly dValues?: Float32Array;
  readonly dropout?: ValueDropout | undefined;
}

/** From the heads' output gradients through the heads and the backbone. */
function backwardFromHeads(net: Network, pass: ForwardPass, gradients: HeadGradients): void {
  const { picked, dPicked, valueInput, dValues, dropout } = gradients;
  const floats = pass.packed.rows * net.dims.hiddenStride;
  const dHidden = net.workspace.get("d hidden", floats);
  net.heap.floats(dHidden, floats).fill(0);
  if (picked && dPicked) logitRowsBackward(net, picked, dPicked, dHidden);
  if (valueInput !== undefined && dValues) packedValuesBackward(net, pass, valueInput, dValues, dHidden, dropout);
  backward(net, pass, dHidden);
}
