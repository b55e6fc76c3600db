// What could have been said instead: the most probable tokens of the sampling policy, the reference and the updated policy for some rows.

import type { EngineModel, Evaluation } from "../engine/engine";
import { rowRange, takeColumns, takeRows } from "../engine/tokenBatch";
import type { Alternatives, StepDetail, TopTokens } from "../records";
import { type Experience, evaluateReference } from "./experience";

/** How much is recorded: the first `rows` rows of a batch, `topK` tokens at each response column. */
export interface DetailWish {
  readonly rows: number;
  readonly topK: number;
}

/** Looks at policy and reference before the update; reads only. */
export async function gatherAlternatives(
  { policy, reference }: { readonly policy: EngineModel; readonly reference: EngineModel },
  experience: Experience,
  wish: DetailWish,
): Promise<Alternatives> {
  const request = detailRequest(experience, wish);
  const rollout = topTokensOf(await policy.evaluate(request));
  const theirs = topTokensOf(await evaluateReference(reference, policy, request));
  return { rows: request.batch.batch, k: request.topK, rollout, reference: theirs };
}

/** The same rows under the policy after the update. */
export async function gatherDetail(policy: EngineModel, experience: Experience, before: Alternatives): Promise<StepDetail> {
  const evaluation = await policy.evaluate(detailRequest(experience, { rows: before.rows, topK: before.k }));
  return { ...before, updated: topTokensOf(evaluation), updatedLogprobs: evaluation.logprobs, updatedValues: evaluation.values };
}

function detailRequest({ batch, mask }: Experience, { rows, topK }: DetailWish) {
  const chosen = rowRange(0, Math.min(rows, batch.batch));
  const columns = Uint8Array.from(mask);
  return { batch: takeRows(batch, chosen), columns: takeColumns(columns, chosen, batch.seq - 1), topK };
}

function topTokensOf({ topK }: Evaluation): TopTokens {
  return { ids: topK?.ids ?? new Int32Array(), logprobs: topK?.logprobs ?? new Float32Array() };
}
