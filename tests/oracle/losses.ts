// The three losses on the oracle's tape and what evaluate should report, all in float64.

import type { TokenBatch, ValueDropout } from "../../src/engine/engine";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import type { LossHead, PpoLossHead } from "../../src/loss/lossHead";
import { OracleLlama, placeOnTape, type Weights64 } from "./llama";
import { type Scalar, Tape } from "./tape";

export interface OracleLoss {
  readonly loss: number;
  readonly gradients: Weights64;
}

/** Loss and its gradient with respect to every parameter; zeros for parameters that the loss does not reach. */
export function oracleLoss(config: LlamaConfig, weights: Weights64, batch: TokenBatch, head: LossHead): OracleLoss {
  const tape = new Tape();
  const leaves = placeOnTape(tape, weights);
  const loss = lossOnTape(new OracleLlama(tape, config, leaves), batch, head);
  const all = tape.gradients(loss);
  const gradients = new Map([...leaves].map(([name, leaf]) => [name, Float64Array.from(leaf, (x) => all[x] as number)]));
  return { loss: tape.value(loss), gradients };
}

/** The loss as a scalar on the model's tape. */
export function lossOnTape(model: OracleLlama, batch: TokenBatch, head: LossHead): Scalar {
  if (head.kind === "rewardPair") return rewardPairLoss(model, batch);
  const logprobs = new Map<number, Scalar>();
  const hidden = model.hiddenStates(batch);
  const columns = Array.from(head.mask.keys()).filter((column) => head.mask[column] === 1);
  const width = batch.seq - 1;
  for (const column of columns) {
    const [row, t] = [Math.floor(column / width), column % width];
    const target = batch.ids[row * batch.seq + t + 1] as number;
    logprobs.set(column, model.logprobs(hidden[row]?.[t] as Scalar[])[target] as Scalar);
  }
  if (head.kind === "sft") return model.tape.scale(model.tape.sum([...logprobs.values()]), -1 / columns.length);
  const values = new Map(
    columns.map((column) => {
      const [row, t] = [Math.floor(column / width), column % width];
      return [column, model.value(hidden[row]?.[t] as Scalar[], row, t, head.valueDropout)];
    }),
  );
  return ppoLoss(model.tape, head, logprobs, values);
}

/** Fact sheet 5.8, one column at a time. */
function ppoLoss(tape: Tape, head: PpoLossHead, logprobs: ReadonlyMap<number, Scalar>, values: ReadonlyMap<number, Scalar>): Scalar {
  const terms: Scalar[] = [];
  let ratioSum = 0;
  for (const [column, logprob] of logprobs) {
    const at = (array: Float32Array) => array[column] as number;
    const ratio = tape.exp(tape.shift(logprob, -at(head.oldLogprobs)));
    ratioSum += tape.value(ratio);
    const clipped = tape.clamp(ratio, 1 - head.cliprange, 1 + head.cliprange);
    const policy = tape.max(tape.scale(ratio, -at(head.advantages)), tape.scale(clipped, -at(head.advantages)));
    const value = values.get(column) as Scalar;
    const clippedValue = tape.clamp(value, at(head.oldValues) - head.cliprangeValue, at(head.oldValues) + head.cliprangeValue);
    const error = (x: Scalar) => tape.square(tape.shift(x, -at(head.returns)));
    terms.push(tape.add(policy, tape.scale(tape.max(error(value), error(clippedValue)), 0.5 * head.vfCoef)));
  }
  const skipped = ratioSum / terms.length > head.ratioThreshold;
  return tape.scale(tape.sum(terms), skipped ? 0 : 1 / terms.length);
}

function rewardPairLoss(model: OracleLlama, batch: TokenBatch): Scalar {
  const { tape } = model;
  const scores = lastTokenValues(model, batch);
  const terms = Array.from({ length: batch.batch / 2 }, (_, pair) => {
    const margin = tape.sub(scores[2 * pair] as Scalar, scores[2 * pair + 1] as Scalar);
    return tape.log(tape.shift(tape.exp(tape.scale(margin, -1)), 1));
  });
  return tape.scale(tape.sum(terms), 1 / terms.length);
}

function lastTokenValues(model: OracleLlama, batch: TokenBatch): Scalar[] {
  return model.hiddenStates(batch).map((rows, row) => {
    const last = (batch.end[row] as number) - 1;
    return model.value(rows[last] as Scalar[], row, last);
  });
}

export interface OracleEvaluation {
  /** [batch][seq - 1][vocab] log-probabilities. */
  readonly distribution: number[][][];
  /** [batch][seq] */
  readonly values: number[][];
  /** [batch] */
  readonly lastTokenValues: number[];
}

/** Everything evaluate and scoreLastToken report, at every column. */
export function oracleEvaluate(config: LlamaConfig, weights: Weights64, batch: TokenBatch, dropout?: ValueDropout): OracleEvaluation {
  const tape = new Tape();
  const model = new OracleLlama(tape, config, placeOnTape(tape, weights));
  const numbers = (scalars: Scalar[]) => scalars.map((x) => tape.value(x));
  const hidden = model.hiddenStates(batch);
  return {
    distribution: hidden.map((rows) => rows.slice(0, -1).map((x) => numbers(model.logprobs(x)))),
    values: hidden.map((rows, row) => numbers(rows.map((x, t) => model.value(x, row, t, dropout)))),
    lastTokenValues: numbers(lastTokenValues(model, batch)),
  };
}
