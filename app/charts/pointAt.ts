// Finds a step among points that ascend by step.

import type { StepPoint } from "../run/runState";

/** -1 when the step is not among them. */
export function indexOfStep(points: readonly StepPoint[], step: number): number {
  let [from, to] = [0, points.length - 1];
  while (from <= to) {
    const middle = (from + to) >> 1;
    const found = (points[middle] as StepPoint).step;
    if (found === step) return middle;
    if (found < step) from = middle + 1;
    else to = middle - 1;
  }
  return -1;
}

export function pointAt(points: readonly StepPoint[], step: number): StepPoint | undefined {
  return points[indexOfStep(points, step)];
}
