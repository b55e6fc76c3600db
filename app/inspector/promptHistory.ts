// One prompt through the run: what the policy answered to it in every step that is kept in full.

import type { StepRecord } from "../../src/records";

export interface Completion {
  /** 0-based. */
  readonly step: number;
  readonly row: number;
  readonly text: string;
  readonly score: number;
  readonly gold: number | null;
}

/** Oldest first. */
export function completionsOf(records: readonly StepRecord[], prompt: string): readonly Completion[] {
  return records.flatMap((record) =>
    record.queryTexts.flatMap((text, row) =>
      text === prompt
        ? [
            {
              step: record.step,
              row,
              text: record.responseTexts[row] ?? "",
              score: record.scores[row] ?? Number.NaN,
              gold: record.gold?.gold[row] ?? null,
            },
          ]
        : [],
    ),
  );
}
