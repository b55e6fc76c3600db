// The tokens of a minibatch as points: ratio against advantage, and whether the clip cut their gradient.

import type { MinibatchRecord } from "../../src/records";
import { policyTerm } from "../inspector/objective";
import { columnOf, type StepData } from "../run/stepData";

export interface RatioPoint {
  readonly row: number;
  readonly token: number;
  readonly ratio: number;
  readonly advantage: number;
  readonly cut: boolean;
}

/** The response tokens of the minibatch's rows, without those whose ratios were not kept. */
export function ratioPoints({ rollout, scoring, credit }: StepData, minibatch: MinibatchRecord, cliprange: number): readonly RatioPoint[] {
  if (rollout === null || scoring === null || credit === null || minibatch.ratio.length === 0) return [];
  const columns = scoring.seq - 1;
  return Array.from(minibatch.rows).flatMap((row, place) =>
    Array.from(rollout.responses[row] ?? [], (_, token): RatioPoint => {
      const at = columnOf(rollout, scoring.seq, row, token);
      const ratio = minibatch.ratio[place * columns + at - row * columns] ?? Number.NaN;
      const advantage = credit.advantages[at] ?? Number.NaN;
      return { row, token, ratio, advantage, cut: minibatch.skipped || policyTerm(ratio, advantage, cliprange).branch === "clipped" };
    }).filter(({ ratio, advantage }) => !Number.isNaN(ratio + advantage)),
  );
}

/** Response tokens in the minibatch. */
export function tokenCount({ rollout }: StepData, { rows }: MinibatchRecord): number {
  return rows.reduce((sum, row) => sum + (rollout?.responses[row]?.length ?? 0), 0);
}

/** Half the width of the plot about ratio 1: twice the clip range, or as far as the tokens went, at most 1. */
export function ratioReach(points: readonly RatioPoint[], cliprange: number): number {
  const farthest = points.reduce((most, { ratio }) => Math.max(most, Math.abs(ratio - 1)), 0);
  return Math.min(1, Math.max(2 * cliprange, 1.05 * farthest));
}
