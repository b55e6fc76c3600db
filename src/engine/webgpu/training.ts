// One minibatch under a loss head: forward, loss and backward recorded for the GPU; statistics worked out when they are read.

import type { LossHead, LossResult, PpoLossHead, SftLossHead } from "../../loss/lossHead";
import { ppoLoss } from "../../loss/ppoLoss";
import { rewardPairLoss } from "../../loss/rewardPairLoss";
import { sftLoss } from "../../loss/sftLoss";
import type { TokenBatch } from "../engine";
import { columnsOf, lastRows, packBatch, spread, wantedColumns } from "../packedBatch";
import { backward } from "./backward";
import type { ForwardPass } from "./forward";
import { forward } from "./forward";
import type { DropoutParameters } from "./heads";
import {
  dropoutParameters,
  logitChunks,
  logitsBackward,
  logitsOf,
  NO_DROPOUT,
  recordTokenStatistics,
  recordValues,
  valuesBackward,
} from "./heads";
import type { Journal } from "./journal";
import { ppoLossKernel, rewardPairLossKernel, sftLossKernel } from "./kernels/lossHeads";
import type { Network } from "./network";
import { uploadBackward, uploadPass } from "./passInputs";
import type { Buffer } from "./buffers";

/** A loss that the journal will hold. */
export interface PendingLoss {
  /** Word of the header; the statistics of `count` rows follow. */
  readonly at: number;
  readonly count: number;
  readonly result: (rows: Float32Array, skipped: boolean) => LossResult;
}

const HEADER_WORDS = 4;
const LARGEST = 3.4e38;

/** Largest RoPE position of a batch plus one. */
function positionsOf(positions: Int32Array): number {
  return positions.reduce((largest, position) => Math.max(largest, position), 0) + 1;
}

/** Records everything of one minibatch; see EngineModel.accumulate. */
export function accumulate(net: Network, journal: Journal, tokens: TokenBatch, head: LossHead, gradScale: number): PendingLoss {
  switch (head.kind) {
    case "ppo":
      return accumulateTokens(net, journal, tokens, head, gradScale);
    case "sft":
      return accumulateTokens(net, journal, tokens, head, gradScale);
    case "rewardPair":
      return accumulateRewardPair(net, journal, tokens, gradScale);
  }
}

function accumulateTokens(
  net: Network,
  journal: Journal,
  tokens: TokenBatch,
  head: PpoLossHead | SftLossHead,
  gradScale: number,
): PendingLoss {
  const { recorder, workspace } = net;
  const { mask } = head;
  const ppo = head.kind === "ppo";
  const columns = ppo && head.allColumns ? new Uint8Array(mask.length).fill(1) : columnsOf(mask);
  const packed = packBatch(tokens, columns);
  const wanted = wantedColumns(tokens, packed, columns);
  const count = wanted.cells.length;
  const inputs = uploadPass(recorder, packed, wanted.rows);
  const indices = uploadBackward(recorder, packed, wanted.rows);
  const targets = recorder.upload(wanted.targets);
  const pass = forward(net, inputs, { keep: true, positions: positionsOf(packed.positions) });

  const at = journal.reserve(HEADER_WORDS + 4 * count);
  const statistics = { buffer: journal.buffer, at: at + HEADER_WORDS };
  const dropout = ppo ? dropoutParameters(net, wanted, head.valueDropout) : NO_DROPOUT;
  if (ppo) recordValues(net, pass, statistics, dropout);
  const chunks = logitChunks(net, count);
  let logits: Buffer | null = null;
  for (const chunk of chunks) {
    logits = logitsOf(net, pass.hidden, chunk);
    recordTokenStatistics(net, logits, targets, chunk, statistics);
  }

  const coefficients = workspace.get("coefficients", 2 * count);
  const buffers = { journal: journal.buffer, status: net.parameters.status, coefficients };
  const masked = mask.reduce((sum, m) => sum + m, 0);
  const common = { count, at: statistics.at, headerAt: at, gradScale, masked };
  if (ppo) {
    const { oldLogprobs, oldValues, advantages, returns, cliprange, cliprangeValue, vfCoef } = head;
    const given = recorder.upload(wantedOf(wanted.cells, mask, oldLogprobs, oldValues, advantages, returns));
    const ratioThreshold = Math.min(head.ratioThreshold, LARGEST);
    recorder.dispatch(ppoLossKernel, buffers, { ...common, given, cliprange, cliprangeValue, vfCoef, ratioThreshold }, 64);
  } else recorder.dispatch(sftLossKernel, buffers, { ...common, given: recorder.upload(wantedOf(wanted.cells, mask)) }, 64);

  const dHidden = workspace.get("d hidden", count * net.dims.hiddenStride);
  logitsBackward(net, pass, { targets, statistics, coefficients, dHidden, logits: chunks.length === 1 ? logits : null });
  if (ppo) valuesBackward(net, pass, coefficients, dHidden, dropout, true);
  backward(net, pass, indices, dHidden);

  const { cells } = wanted;
  return {
    at,
    count,
    result: (rows, skipped) => {
      const column = (offset: number) =>
        spread(
          cells,
          Float32Array.from(cells, (_, i) => rows[4 * i + offset] as number),
          mask.length,
        );
      if (!ppo) return sftLoss(head, column(0)).result;
      // The GPU has judged the mean ratio against the threshold already; its verdict is the one that counts.
      const judged = { ...head, ratioThreshold: skipped ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY };
      return ppoLoss(judged, { logprobs: column(0), entropies: column(1), values: column(3) }).result;
    },
  };
}

/** The wanted cells of arrays [batch, seq - 1], one array after the other. */
function wantedOf(cells: Int32Array, ...arrays: readonly Float32Array[]): Float32Array {
  const picked = new Float32Array(arrays.length * cells.length);
  let at = 0;
  for (const array of arrays) for (let i = 0; i < cells.length; i++) picked[at++] = array[cells[i] as number] as number;
  return picked;
}

function accumulateRewardPair(net: Network, journal: Journal, tokens: TokenBatch, gradScale: number): PendingLoss {
  const { recorder, workspace } = net;
  const packed = packBatch(tokens, null);
  const outputs = lastRows(packed);
  const count = outputs.length;
  const inputs = uploadPass(recorder, packed, outputs);
  const indices = uploadBackward(recorder, packed, outputs);
  const pass: ForwardPass = forward(net, inputs, { keep: true, positions: positionsOf(packed.positions) });
  const at = journal.reserve(HEADER_WORDS + 4 * count);
  const statistics = { buffer: journal.buffer, at: at + HEADER_WORDS };
  const dropout: DropoutParameters = NO_DROPOUT;
  recordValues(net, pass, statistics, dropout);
  const coefficients = workspace.get("coefficients", 2 * count);
  recorder.dispatch(
    rewardPairLossKernel,
    { journal: journal.buffer, status: net.parameters.status, coefficients },
    { count, at: statistics.at, headerAt: at, gradScale, pairs: count / 2 },
    64,
  );
  const dHidden = workspace.get("d hidden", count * net.dims.hiddenStride);
  valuesBackward(net, pass, coefficients, dHidden, dropout, false);
  backward(net, pass, indices, dHidden);
  return { at, count, result: (rows) => rewardPairLoss(Float32Array.from(outputs, (_, i) => rows[4 * i + 3] as number)).result };
}
