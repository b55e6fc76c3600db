// Evaluations among the points of a run: whether there are any, and the one before the first step as a point at step 0.

import type { EvaluationFigures, EvaluationRecord, StepRecord } from "../../src/records";
import type { StepPoint } from "../run/runState";

/** Points of the reward chart: with the evaluation before training in front, where there was one. */
export function withInitialEvaluation(points: readonly StepPoint[], firstRecord: StepRecord | undefined): readonly StepPoint[] {
  const initial = firstRecord?.initialEvaluation ?? null;
  return initial === null || points.length === 0 ? points : [{ step: 0, stats: figuresOf(initial) }, ...points];
}

/** Evaluation is recorded with the last step at the latest, and otherwise every so many. */
export function isEvaluated(points: readonly StepPoint[], firstRecord: StepRecord | undefined): boolean {
  return (firstRecord?.initialEvaluation ?? null) !== null || points.some(({ stats }) => "lab/eval/heldout/proxy" in stats);
}

function figuresOf({ heldout, hard }: EvaluationRecord): Readonly<Record<string, number>> {
  const figures = (set: string, { gold, proxy }: EvaluationFigures): (readonly [string, number])[] => [
    [`lab/eval/${set}/proxy`, proxy],
    ...(gold === null ? [] : [[`lab/eval/${set}/gold`, gold] as const]),
  ];
  return Object.fromEntries([...figures("heldout", heldout), ...figures("hard", hard)]);
}
