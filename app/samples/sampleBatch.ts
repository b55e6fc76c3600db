// The newest samples as the page shows them: texts, scores and per-token drift, in orders people ask for.

import type { GoldScores } from "../../src/records";

/** The responses of one PPO step; what is not known yet is null. */
export interface SampleBatch {
  /** 0-based. */
  readonly step: number;
  readonly prompts: readonly string[];
  readonly queryLengths: readonly number[];
  readonly responses: readonly Int32Array[];
  readonly scoring: SampleScoring | null;
}

/** Per-token arrays are row-major [batch, seq - 1]; column t is about token t + 1. */
interface SampleScoring {
  readonly scores: Float32Array;
  readonly gold: GoldScores | null;
  readonly seq: number;
  readonly kl: Float32Array;
  readonly logprobs: Float32Array;
  readonly refLogprobs: Float32Array;
  readonly rewards: Float32Array;
}

export interface SampleToken {
  readonly id: number;
  /** Numbers of this token; null before scoring. */
  readonly numbers: { readonly kl: number; readonly logprob: number; readonly refLogprob: number; readonly reward: number } | null;
}

export interface Sample {
  readonly row: number;
  readonly prompt: string;
  readonly tokens: readonly SampleToken[];
  readonly score: number | null;
  readonly gold: number | null;
  readonly parts: readonly (readonly [string, number])[];
  /** Sum over the response, nats; null before scoring. */
  readonly kl: number | null;
}

export const SAMPLE_ORDERS = ["asSampled", "highestScore", "lowestScore", "highestKl", "largestGap"] as const;
export type SampleOrder = (typeof SAMPLE_ORDERS)[number];

interface RolledOut {
  readonly step: number;
  readonly queries: readonly Int32Array[];
  readonly responses: readonly Int32Array[];
  readonly queryTexts: readonly string[];
}

/** Responses without scores. */
export function rolledOut({ step, queries, responses, queryTexts }: RolledOut): SampleBatch {
  return {
    step,
    prompts: queryTexts,
    queryLengths: queries.map((query) => query.length),
    responses,
    scoring: null,
  };
}

/** The same responses with their scores; a batch of another step stays as it is. */
export function scored(samples: SampleBatch | null, event: SampleScoring & { readonly step: number }): SampleBatch | null {
  if (samples === null || samples.step !== event.step) return samples;
  const { scores, gold, seq, kl, logprobs, refLogprobs, rewards } = event;
  return { ...samples, scoring: { scores, gold, seq, kl, logprobs, refLogprobs, rewards } };
}

/** One response in full. Response token j of row i sits in column |query i| - 1 + j. */
export function sampleAt(batch: SampleBatch, row: number): Sample {
  const { scoring } = batch;
  const response = batch.responses[row] ?? new Int32Array(0);
  const first = row * ((scoring?.seq ?? 1) - 1) + (batch.queryLengths[row] ?? 1) - 1;
  const tokens = Array.from(response, (id, j): SampleToken => {
    if (scoring === null) return { id, numbers: null };
    const at = (values: Float32Array): number => values[first + j] ?? 0;
    return {
      id,
      numbers: { kl: at(scoring.kl), logprob: at(scoring.logprobs), refLogprob: at(scoring.refLogprobs), reward: at(scoring.rewards) },
    };
  });
  const gold = scoring?.gold ?? null;
  return {
    row,
    prompt: batch.prompts[row] ?? "",
    tokens,
    score: scoring?.scores[row] ?? null,
    gold: gold?.gold[row] ?? null,
    parts: gold === null ? [] : Object.entries(gold.parts).map(([name, values]) => [name, values[row] ?? 0] as const),
    kl: scoring === null ? null : tokens.reduce((sum, token) => sum + (token.numbers?.kl ?? 0), 0),
  };
}

/** Batch rows in the asked order, best first; the batch's own order before scoring. */
export function orderedRows(batch: SampleBatch, order: SampleOrder): number[] {
  const rows = batch.responses.map((_, row) => row);
  const { scoring } = batch;
  if (scoring === null || order === "asSampled") return rows;
  const key = sortKey(batch, scoring, order);
  return rows.sort((a, b) => (key[b] ?? 0) - (key[a] ?? 0) || a - b);
}

function sortKey(batch: SampleBatch, scoring: SampleScoring, order: Exclude<SampleOrder, "asSampled">): ArrayLike<number> {
  switch (order) {
    case "highestScore":
      return scoring.scores;
    case "lowestScore":
      return scoring.scores.map((score) => -score);
    case "highestKl":
      return batch.responses.map((_, row) => sampleAt(batch, row).kl ?? 0);
    case "largestGap": {
      const proxyRank = ranks(scoring.scores);
      const goldRank = ranks(scoring.gold?.gold ?? scoring.scores);
      return proxyRank.map((rank, row) => rank - (goldRank[row] ?? 0));
    }
  }
}

/** Rank of each value, 0 for the smallest; equal values share their mean rank. */
function ranks(values: Float32Array): number[] {
  const order = Array.from(values, (_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const result = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] as number] === values[order[from] as number]) to++;
    for (let k = from; k <= to; k++) result[order[k] as number] = (from + to) / 2;
    from = to + 1;
  }
  return result;
}
