// All that is known about one response token of a step, as plain numbers.

import type { MinibatchRecord } from "../../src/records";
import { columnOf, type StepData } from "../run/stepData";

export interface TokenNumbers {
  readonly row: number;
  /** Place in the response, and of its last token. */
  readonly index: number;
  readonly last: number;
  readonly tokenId: number;
  readonly scoring: {
    readonly logprob: number;
    readonly refLogprob: number;
    readonly kl: number;
    readonly reward: number;
    /** Of the last token, which carries the score. */
    readonly lastKl: number;
    readonly lastReward: number;
    readonly score: number;
    readonly scaledScore: number;
    /** Sum of kl over the response. */
    readonly responseKl: number;
  } | null;
  readonly credit: {
    readonly value: number;
    /** 0 beyond the end of the row. */
    readonly nextValue: number;
    readonly advantage: number;
    readonly ret: number;
    /** Advantages before whitening, A = G - V. */
    readonly rawAdvantage: number;
    readonly nextRawAdvantage: number;
  } | null;
  readonly update: {
    readonly minibatch: MinibatchRecord;
    readonly newLogprob: number;
    readonly ratio: number;
    readonly newValue: number;
  } | null;
}

/** null before the response is known. A row or token that does not exist gives the first. */
export function tokenAt(step: StepData, wantedRow: number, wantedToken: number | null, minibatch: number): TokenNumbers | null {
  const { rollout, scoring, credit } = step;
  if (rollout === null) return null;
  const row = wantedRow < rollout.responses.length ? wantedRow : 0;
  const response = rollout.responses[row];
  if (response === undefined || response.length === 0) return null;
  const last = response.length - 1;
  const index = wantedToken !== null && wantedToken <= last ? wantedToken : 0;
  const base = { row, index, last, tokenId: response[index] ?? 0 };
  if (scoring === null) return { ...base, scoring: null, credit: null, update: null };
  const columns = scoring.seq - 1;
  const at = columnOf(rollout, scoring.seq, row, index);
  const lastAt = at + last - index;
  const read = (array: Float32Array, i = at): number => array[i] ?? Number.NaN;
  const rowEnds = (at + 1) % columns === 0;
  const raw = (i: number): number => (credit === null ? Number.NaN : read(credit.returns, i) - read(credit.values, i));
  return {
    ...base,
    scoring: {
      logprob: read(scoring.logprobs),
      refLogprob: read(scoring.refLogprobs),
      kl: read(scoring.kl),
      reward: read(scoring.rewards),
      lastKl: read(scoring.kl, lastAt),
      lastReward: read(scoring.rewards, lastAt),
      score: scoring.scores[row] ?? Number.NaN,
      scaledScore: scoring.scaledScores[row] ?? Number.NaN,
      responseKl: scoring.kl.subarray(at - index, lastAt + 1).reduce((sum, kl) => sum + kl, 0),
    },
    credit:
      credit === null
        ? null
        : {
            value: read(credit.values),
            nextValue: rowEnds ? 0 : read(credit.values, at + 1),
            advantage: read(credit.advantages),
            ret: read(credit.returns),
            rawAdvantage: raw(at),
            nextRawAdvantage: rowEnds ? 0 : raw(at + 1),
          },
    update: updateOf(step.minibatches, minibatch, row, at - row * columns, columns),
  };
}

/** From the chosen minibatch if the row is in it, else from the last one that holds the row. */
function updateOf(
  minibatches: readonly MinibatchRecord[],
  chosen: number,
  row: number,
  column: number,
  columns: number,
): TokenNumbers["update"] {
  const holds = (minibatch: MinibatchRecord | undefined): minibatch is MinibatchRecord => minibatch?.rows.includes(row) === true;
  const picked = minibatches[chosen];
  const minibatch = holds(picked) ? picked : minibatches.findLast(holds);
  if (minibatch === undefined) return null;
  const at = minibatch.rows.indexOf(row) * columns + column;
  const read = (array: Float32Array): number => array[at] ?? Number.NaN;
  return { minibatch, newLogprob: read(minibatch.newLogprobs), ratio: read(minibatch.ratio), newValue: read(minibatch.newValues) };
}
