// Experience: queries and responses go in; policy and reference look at them once; log-probabilities, values and drift come out.

import type { LabConfig } from "../config";
import { DEFAULT_ADAPTER, type EngineModel, type EvaluateRequest, type Evaluation, type TokenBatch } from "../engine/engine";
import { rightPad, rowRange, takeColumns, takeRows } from "../engine/tokenBatch";
import { NonFiniteError } from "../errors";
import { hashKey, Stream } from "../random";
import { fullKl, sampledKl } from "./klPenalty";
import type { PhaseClock } from "./phaseClock";
import { responseMask } from "./responseMask";

/** Rows evaluated in one pass where memory allows. */
const ROWS_PER_PASS = 64;

export interface ExperienceInputs {
  readonly config: LabConfig;
  readonly step: number;
  readonly policy: EngineModel;
  /** A frozen model, or the policy itself: then its adapters are off while it is the reference (fact sheet 1.3). */
  readonly reference: EngineModel;
  readonly queries: readonly Int32Array[];
  readonly responses: readonly Int32Array[];
  readonly padTokenId: number;
  readonly clock: PhaseClock;
}

/** One right-padded PPO batch; per-token arrays [batch, seq - 1], column t is about token t + 1 (fact sheet 5.3). */
export interface Experience {
  readonly batch: TokenBatch;
  readonly mask: Float32Array;
  /** At every column, prompt and padding included, when `allColumns`; else 0 outside the mask. The same for refLogprobs and kl. */
  readonly logprobs: Float32Array;
  readonly refLogprobs: Float32Array;
  readonly kl: Float32Array;
  /** Value head at the same columns. */
  readonly values: Float32Array;
  readonly allColumns: boolean;
}

/** Whether log-probabilities are wanted at every column, as the reference records them. */
export function wantsAllColumns(config: LabConfig): boolean {
  return config.promptColumnStats || config.referenceMode;
}

/**
 * Evaluates policy and reference, without gradients, on the whole batch in slices of rows.
 * @throws NonFiniteError naming log-probabilities or values that are NaN or infinite on response columns.
 */
export async function gatherExperience(inputs: ExperienceInputs): Promise<Experience> {
  const { config, step, policy, reference, queries, responses, clock } = inputs;
  const batch = rightPad(
    queries.map((query, i) => concatenate(query, responses[i] as Int32Array)),
    inputs.padTokenId,
  );
  const columns = batch.seq - 1;
  const mask = responseMask(queries, responses, batch.seq);
  const allColumns = wantsAllColumns(config);
  const wanted = Uint8Array.from(mask, (m) => (allColumns ? 1 : m));
  const logprobs = new Float32Array(mask.length);
  const refLogprobs = new Float32Array(mask.length);
  const kl = new Float32Array(mask.length);
  const values = new Float32Array(mask.length);

  const distribution = config.klPenalty === "full";
  const miniBatchSize = config.perDeviceTrainBatchSize;
  const rowsPerPass = distribution || allColumns ? miniBatchSize : Math.max(miniBatchSize, ROWS_PER_PASS);
  for (let first = 0; first < batch.batch; first += rowsPerPass) {
    const rows = rowRange(first, Math.min(first + rowsPerPass, batch.batch));
    const request = { batch: takeRows(batch, rows), columns: takeColumns(wanted, rows, columns), distribution };
    const dropout =
      config.summaryDropoutProb > 0
        ? { valueDropout: { probability: config.summaryDropoutProb, key: hashKey(config.seed, Stream.dropout, step, first) } }
        : {};
    const ours = await clock.measure("evaluate", () => policy.evaluate({ ...request, ...dropout }));
    const theirs = await clock.measure("reference", () => evaluateReference(reference, policy, request));
    const place = first * columns;
    logprobs.set(ours.logprobs, place);
    refLogprobs.set(theirs.logprobs, place);
    kl.set(drift(config, ours, theirs, policy.config.vocabSize), place);
    values.set(ours.values, place);
  }
  for (const [name, array] of Object.entries({ "policy logprobs": logprobs, "reference logprobs": refLogprobs, values }))
    checkFinite(name, array, mask, step);
  return { batch, mask, logprobs, refLogprobs, kl, values, allColumns };
}

/** The trained adapter is in force again afterwards, also when the evaluation fails. */
export async function evaluateReference(reference: EngineModel, policy: EngineModel, request: EvaluateRequest): Promise<Evaluation> {
  if (reference !== policy) return reference.evaluate(request);
  try {
    await policy.setAdapter(null);
    return await policy.evaluate(request);
  } finally {
    await policy.setAdapter(DEFAULT_ADAPTER);
  }
}

function drift(config: LabConfig, ours: Evaluation, theirs: Evaluation, vocabSize: number): Float32Array {
  if (config.klPenalty !== "full") return sampledKl(config.klPenalty, ours.logprobs, theirs.logprobs);
  return fullKl(ours.distribution ?? new Float32Array(), theirs.distribution ?? new Float32Array(), vocabSize);
}

function concatenate(query: Int32Array, response: Int32Array): Int32Array {
  const row = new Int32Array(query.length + response.length);
  row.set(query);
  row.set(response, query.length);
  return row;
}

function checkFinite(name: string, array: Float32Array, mask: Float32Array, step: number): void {
  for (let i = 0; i < mask.length; i++)
    if (mask[i] !== 0 && !Number.isFinite(array[i]))
      throw new NonFiniteError(
        name,
        `PPO step ${step + 1}: expected finite ${name}, got ${array[i]}. The step was dropped; lower the learning rate or check the model's weights.`,
      );
}
