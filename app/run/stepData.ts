// One PPO step as far as it is known: what a finished record holds, or what the events of the step under way have told so far.

import type { AdvantagesEvent, MinibatchRecord, PhaseEvent, RolloutEvent, ScoreEvent, StepRecord, TokensEvent } from "../../src/records";

export type RolloutData = Omit<RolloutEvent, "phase" | "step">;
export type ScoringData = Omit<ScoreEvent, "phase" | "step">;
export type CreditData = Omit<AdvantagesEvent, "phase" | "step">;

export interface StepData {
  /** 0-based. */
  readonly step: number;
  /** Tokens generated so far by batch row, while the rollout goes on; empty afterwards. */
  readonly growing: readonly (readonly number[])[];
  readonly rollout: RolloutData | null;
  readonly scoring: ScoringData | null;
  readonly credit: CreditData | null;
  /** In the order they were done. */
  readonly minibatches: readonly MinibatchRecord[];
  /** The whole step, once it is over. */
  readonly record: StepRecord | null;
}

export function stepDataOf(record: StepRecord): StepData {
  return {
    step: record.step,
    growing: [],
    rollout: record,
    scoring: { ...record, alternatives: record.detail },
    credit: record,
    minibatches: record.minibatches,
    record,
  };
}

const nothingOf = (step: number): StepData => ({
  step,
  growing: [],
  rollout: null,
  scoring: null,
  credit: null,
  minibatches: [],
  record: null,
});

/** The step under way after one more event; an event of another step begins anew. */
export function withEvent(data: StepData | null, event: PhaseEvent): StepData {
  // A step that is done again after a lost device starts with tokens for its first column and first row.
  const again = event.phase === "tokens" && event.first === 0 && event.rowOffset === 0;
  const known = data === null || data.step !== event.step || again ? nothingOf(event.step) : data;
  switch (event.phase) {
    case "tokens":
      return { ...known, growing: grown(known.growing, event) };
    case "rollout":
      return { ...known, growing: [], rollout: event };
    case "score":
      return { ...known, scoring: event };
    case "advantages":
      return { ...known, credit: event };
    case "evaluation":
      return known;
    case "minibatch":
      return { ...known, minibatches: [...known.minibatches, event.minibatch] };
    case "step":
      return stepDataOf(event.record);
  }
}

function grown(rows: StepData["growing"], { rowOffset, rows: count, count: columns, tokens }: TokensEvent): StepData["growing"] {
  const next = Array.from({ length: Math.max(rows.length, rowOffset + count) }, (_, row) => rows[row] ?? []);
  for (let i = 0; i < count; i++)
    next[rowOffset + i] = [...(next[rowOffset + i] ?? []), ...tokens.subarray(i * columns, (i + 1) * columns)];
  return next;
}

/** Column of response token `index` of a row in arrays [batch, seq - 1]: the column that predicts it. */
export function columnOf(rollout: RolloutData, seq: number, row: number, index: number): number {
  return row * (seq - 1) + (rollout.queries[row]?.length ?? 1) - 1 + index;
}
