// The most probable tokens at one place of a response under one policy, read out of a step's recorded alternatives.

import type { Alternatives, StepDetail, TopTokens } from "../../src/records";
import { columnOf, type StepData } from "../run/stepData";

export const POLICIES = ["rollout", "reference", "updated"] as const;
export type PolicyName = (typeof POLICIES)[number];

export interface TopToken {
  readonly id: number;
  readonly probability: number;
  /** The token that was sampled. */
  readonly sampled: boolean;
}

/** Why there is nothing to show; `rows` is how many rows were recorded. */
export type Missing = { readonly why: "notYet" } | { readonly why: "notRecorded" } | { readonly why: "row"; readonly rows: number };

export interface TokenAlternatives {
  /** Most probable first; the sampled token stands last when it is not among them. null: not known (yet). */
  readonly policies: Readonly<Record<PolicyName, readonly TopToken[] | null>>;
  /** Of the sampled token after the update; null before it. */
  readonly updatedLogprob: number | null;
}

export function alternativesAt(step: StepData, row: number, index: number): TokenAlternatives | Missing {
  const { rollout, scoring, record } = step;
  if (rollout === null || scoring === null) return { why: "notYet" };
  const recorded: Alternatives | StepDetail | null = record?.detail ?? scoring.alternatives;
  if (recorded === null) return { why: "notRecorded" };
  if (row >= recorded.rows) return { why: "row", rows: recorded.rows };
  const column = columnOf(rollout, scoring.seq, row, index);
  const sampled = rollout.responses[row]?.[index] ?? -1;
  const read = (top: TopTokens, logprob: number): readonly TopToken[] => topTokens(top, column, recorded.k, sampled, logprob);
  const detail = record?.detail ?? null;
  const updatedLogprob = detail?.updatedLogprobs[column] ?? null;
  return {
    policies: {
      rollout: read(recorded.rollout, scoring.logprobs[column] ?? Number.NaN),
      reference: read(recorded.reference, scoring.refLogprobs[column] ?? Number.NaN),
      updated: detail === null ? null : read(detail.updated, updatedLogprob ?? Number.NaN),
    },
    updatedLogprob,
  };
}

function topTokens({ ids, logprobs }: TopTokens, column: number, k: number, sampled: number, logprob: number): readonly TopToken[] {
  const top = Array.from(ids.subarray(column * k, (column + 1) * k), (id, i) => ({
    id,
    probability: Math.exp(logprobs[column * k + i] ?? Number.NaN),
    sampled: id === sampled,
  }));
  return top.some((token) => token.sampled) ? top : [...top, { id: sampled, probability: Math.exp(logprob), sampled: true }];
}
