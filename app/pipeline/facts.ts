// What flows along the pipeline's arrows in the step that is looked at: shapes and a sample from its first row.

import type { LabConfig } from "../../src/config";
import type { StepData } from "../run/stepData";
import { shownText } from "../samples/tokenText";

export interface PipelineFacts {
  /** [batch, seq] of the token ids; null before the responses are known. */
  readonly ids: Shape | null;
  /** [batch, seq - 1] of everything that is per token. */
  readonly perToken: Shape | null;
  readonly prompt: string | null;
  /** As far as it is written. */
  readonly response: string | null;
  readonly score: number | null;
  /** Drift summed over the first response. */
  readonly kl: number | null;
  readonly klCoef: number | null;
  /** Of the first response's first token under the reference. */
  readonly refLogprob: number | null;
  /** Of the first response, token by token. */
  readonly rewards: readonly number[];
  readonly advantages: readonly number[];
  readonly firstValue: number | null;
  readonly minibatchesDone: number;
  /** At the newest optimizer step. */
  readonly gradNorm: number | null;
}
export type Shape = readonly number[];

export function shapeText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

export function minibatchesPerEpoch({ gradientAccumulationSteps, ppoBufferSize }: LabConfig): number {
  return gradientAccumulationSteps * ppoBufferSize;
}

export function pipelineFacts(step: StepData | null, tokenTexts: readonly string[]): PipelineFacts {
  const rollout = step?.rollout ?? null;
  const scoring = step?.scoring ?? null;
  const credit = step?.credit ?? null;
  const seq = scoring?.seq ?? widestRow(rollout);
  const batch = rollout?.queries.length ?? 0;
  const first = (rollout?.queries[0]?.length ?? 1) - 1;
  const length = rollout?.responses[0]?.length ?? 0;
  const ofFirstResponse = (array: Float32Array | undefined): number[] =>
    array === undefined ? [] : [...array.subarray(first, first + length)];
  const minibatches = step?.minibatches ?? [];
  return {
    ids: seq === null ? null : [batch, seq],
    perToken: seq === null ? null : [batch, seq - 1],
    prompt: rollout?.queryTexts[0] ?? null,
    response: rollout?.responseTexts[0] ?? growingText(step, tokenTexts),
    score: scoring?.scores[0] ?? null,
    kl: scoring === null ? null : ofFirstResponse(scoring.kl).reduce((sum, kl) => sum + kl, 0),
    klCoef: scoring?.klCoef ?? null,
    refLogprob: scoring?.refLogprobs[first] ?? null,
    rewards: ofFirstResponse(scoring?.rewards),
    advantages: ofFirstResponse(credit?.advantages),
    firstValue: credit?.values[first] ?? null,
    minibatchesDone: minibatches.length,
    gradNorm: minibatches.findLast(({ gradNorm }) => gradNorm !== null)?.gradNorm ?? null,
  };
}

function widestRow(rollout: StepData["rollout"]): number | null {
  if (rollout === null) return null;
  return rollout.queries.reduce((widest, query, row) => Math.max(widest, query.length + (rollout.responses[row]?.length ?? 0)), 0);
}

function growingText(step: StepData | null, tokenTexts: readonly string[]): string | null {
  const tokens = step?.growing[0] ?? [];
  return tokens.length === 0 ? null : tokens.map((id) => shownText(id, tokenTexts)).join(" ");
}
