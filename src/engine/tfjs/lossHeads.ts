// The three losses as tfjs operations on the network's outputs, so that autodiff differentiates the whole of it.
// One flat tensor leaves: the loss, then what the statistics need; only the loss carries a gradient.

import * as tf from "@tensorflow/tfjs-core";
import type { LossHead, LossResult, PpoLossHead, SftLossHead } from "../../loss/lossHead";
import { ppoLoss } from "../../loss/ppoLoss";
import { rewardPairLoss } from "../../loss/rewardPairLoss";
import type { TokenBatch } from "../engine";
import { LM_HEAD, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "../layout";
import type { LlamaConfig } from "../llamaConfig";
import { type BatchInputs, uploadBatch, wantedColumns } from "./batchInputs";
import { hiddenStates, logitsOf, uploadDropout, valuesOf, type Weights } from "./llama";
import { detached, gatherRows, scatterRows } from "./rows";
import type { TfjsRuntime } from "./runtime";

/** What a loss is computed from. */
export interface LossInputs {
  readonly runtime: TfjsRuntime;
  readonly config: LlamaConfig;
  readonly weights: Weights;
  readonly tokens: TokenBatch;
}

/** Where the loss and the flag "this minibatch counts" stand in every report. */
export const REPORT_LOSS = 0;
export const REPORT_ACTIVE = 1;
const REPORT_REST = 2;

/** Whether a head's loss depends on a parameter at all. */
export function reaches(head: LossHead, name: string): boolean {
  if (head.kind === "sft") return name !== VALUE_HEAD_WEIGHT && name !== VALUE_HEAD_BIAS;
  return head.kind === "ppo" || name !== LM_HEAD;
}

/** Number of elements of a head's report. */
export function reportLength(head: LossHead, batch: number): number {
  if (head.kind === "sft") return REPORT_REST;
  return REPORT_REST + (head.kind === "ppo" ? 3 * head.mask.length : batch);
}

/** The report of one minibatch: [loss, active, ...] as `readReport` takes it apart. The head and batch have been checked. */
export function lossReport(inputs: LossInputs, head: LossHead): tf.Tensor1D {
  if (head.kind === "ppo") return ppoReport(inputs, head);
  return head.kind === "sft" ? sftReport(inputs, head) : rewardPairReport(inputs);
}

function packReport(loss: tf.Tensor, active: tf.Tensor, ...rest: tf.Tensor[]): tf.Tensor1D {
  return tf.concat([loss, active, ...rest].map((part) => tf.reshape<tf.Rank.R1>(part, [-1])));
}

/** Log-probabilities of the whole vocabulary at the wanted positions, [n, vocab], and of the tokens that came, [n]. */
export function nextTokenLogprobs(inputs: LossInputs, hidden: tf.Tensor, positions: Int32Array, targets: Int32Array) {
  const { runtime, config, weights } = inputs;
  const wanted = gatherRows(hidden, runtime.upload(positions, [positions.length]) as tf.Tensor1D); // [n, hidden]
  const distribution = tf.logSoftmax(logitsOf(config, weights, wanted)); // [n, vocab]
  const hit = tf.oneHot(runtime.upload(targets, [targets.length]), config.vocabSize);
  return { distribution, logprobs: tf.sum(tf.mul(distribution, hit), -1) };
}

/** Entropy in nats of log-probabilities. [n, vocab] -> [n] */
export function entropiesOf(distribution: tf.Tensor): tf.Tensor {
  return tf.neg(tf.sum(tf.mul(tf.exp(distribution), distribution), -1));
}

/** PPO's clipped losses (fact sheet 5.8); the twin of src/loss/ppoLoss.ts, whose statistics `readReport` uses. */
function ppoReport(inputs: LossInputs, head: PpoLossHead): tf.Tensor1D {
  const { runtime, config, weights, tokens } = inputs;
  const { batch, seq } = tokens;
  const shape = [batch, seq - 1];
  const { columns, positions, targets } = wantedColumns(tokens, head.allColumns ? head.mask.map(() => 1) : head.mask);
  const batchInputs = uploadBatch(runtime, config, tokens);
  const hidden = hiddenStates(config, weights, batchInputs);

  const { distribution, logprobs: wantedLogprobs } = nextTokenLogprobs(inputs, hidden, positions, targets);
  const columnIndices = runtime.upload(columns, [columns.length]) as tf.Tensor1D;
  const spread = (wanted: tf.Tensor) => tf.reshape(scatterRows(wanted, columnIndices, batch * (seq - 1)), shape);
  const logprobs = spread(wantedLogprobs); // [batch, seq - 1]
  const values = valuesByColumn(inputs, batchInputs, hidden, head.valueDropout); // [batch, seq - 1]

  const mask = runtime.upload(head.mask, shape);
  const oldLogprobs = runtime.upload(head.oldLogprobs, shape);
  const oldValues = runtime.upload(head.oldValues, shape);
  const advantages = runtime.upload(head.advantages, shape);
  const returns = runtime.upload(head.returns, shape);
  const maskedMean = (x: tf.Tensor) => tf.div(tf.sum(tf.mul(x, mask)), tf.sum(mask));

  const logRatio = tf.mul(tf.sub(logprobs, oldLogprobs), mask);
  const tooFar = detached(logRatio, (x) => tf.cast(tf.greater(maskedMean(tf.exp(x)), head.ratioThreshold), "float32"));
  const active = tf.sub(1, tooFar);
  // A skipped minibatch has ratio 1 here, so that no infinite ratio can meet the factor 0.
  const ratio = tf.exp(tf.mul(logRatio, active));
  const surrogate = tf.neg(tf.mul(advantages, ratio));
  const clippedSurrogate = tf.neg(tf.mul(advantages, tf.clipByValue(ratio, 1 - head.cliprange, 1 + head.cliprange)));
  const policyLoss = maskedMean(tf.maximum(surrogate, clippedSurrogate));

  const lowest = tf.sub(oldValues, head.cliprangeValue);
  const highest = tf.add(oldValues, head.cliprangeValue);
  const clippedValues = tf.minimum(tf.maximum(values, lowest), highest);
  const squaredError = tf.square(tf.sub(values, returns));
  const clippedSquaredError = tf.square(tf.sub(clippedValues, returns));
  const valueLoss = tf.mul(0.5, maskedMean(tf.maximum(squaredError, clippedSquaredError)));

  const loss = tf.mul(tf.add(policyLoss, tf.mul(head.vfCoef, valueLoss)), active);
  const entropies = detached(distribution, (x) => spread(entropiesOf(x)));
  return packReport(loss, active, detached(logprobs, tf.clone), detached(values, tf.clone), entropies);
}

/** Mean negative log-probability of the masked tokens. */
function sftReport(inputs: LossInputs, head: SftLossHead): tf.Tensor1D {
  const { positions, targets } = wantedColumns(inputs.tokens, head.mask);
  const hidden = hiddenStates(inputs.config, inputs.weights, uploadBatch(inputs.runtime, inputs.config, inputs.tokens));
  const { logprobs } = nextTokenLogprobs(inputs, hidden, positions, targets);
  return packReport(tf.neg(tf.mean(logprobs)), tf.scalar(1));
}

/** Mean of -log sigmoid(chosen - rejected) over pairs of rows (fact sheet 7.4). */
function rewardPairReport(inputs: LossInputs): tf.Tensor1D {
  const pairs = tf.reshape(lastTokenValues(inputs), [-1, 2]); // [batch / 2, 2]
  const [chosen, rejected] = tf.split(pairs, 2, 1) as [tf.Tensor, tf.Tensor];
  const loss = tf.mean(tf.softplus(tf.sub(rejected, chosen))); // softplus(-x) = -log sigmoid(x)
  return packReport(loss, tf.scalar(1), detached(pairs, tf.clone));
}

/** Values at every position but the last. [batch, seq - 1] */
function valuesByColumn(
  { runtime, config, weights }: LossInputs,
  inputs: BatchInputs,
  hidden: tf.Tensor,
  dropout: PpoLossHead["valueDropout"],
): tf.Tensor {
  const { batch, seq } = inputs;
  const values = valuesOf(weights, hidden, uploadDropout(runtime, inputs, config.hiddenSize, dropout));
  return tf.slice(tf.reshape(values, [batch, seq]), [0, 0], [batch, seq - 1]);
}

/** Value head at each row's last real token. [batch] */
export function lastTokenValues({ runtime, config, weights, tokens }: LossInputs): tf.Tensor {
  const hidden = hiddenStates(config, weights, uploadBatch(runtime, config, tokens));
  const last = tokens.end.map((end, row) => row * tokens.seq + end - 1);
  return gatherRows(valuesOf(weights, hidden, null), runtime.upload(last, [last.length]) as tf.Tensor1D);
}

/** A downloaded report as the statistics of its head. */
export function readReport(head: LossHead, report: Float32Array): LossResult {
  if (head.kind === "sft") return { kind: "sft", loss: report[REPORT_LOSS] as number };
  if (head.kind === "rewardPair") return { ...rewardPairLoss(report.subarray(REPORT_REST)).result, loss: report[REPORT_LOSS] as number };
  const size = head.mask.length;
  const part = (index: number) => report.slice(REPORT_REST + index * size, REPORT_REST + (index + 1) * size);
  return ppoLoss(head, { logprobs: part(0), values: part(1), entropies: part(2) }).result;
}
