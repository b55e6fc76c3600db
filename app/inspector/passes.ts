// The minibatches that a token went through: once in every PPO epoch.

import { columnOf, type StepData } from "../run/stepData";

export interface Pass {
  /** Of the minibatch, in the order they were done. */
  readonly place: number;
  readonly epoch: number;
  readonly ratio: number;
}

/** Without those whose ratios were not kept. */
export function passesOf({ rollout, scoring, minibatches }: StepData, row: number, index: number): readonly Pass[] {
  if (rollout === null || scoring === null) return [];
  const columns = scoring.seq - 1;
  const column = columnOf(rollout, scoring.seq, row, index) - row * columns;
  return minibatches.flatMap(({ rows, epoch, ratio }, place) => {
    const at = rows.indexOf(row);
    const value = at < 0 ? undefined : ratio[at * columns + column];
    return value === undefined || Number.isNaN(value) ? [] : [{ place, epoch, ratio: value }];
  });
}
