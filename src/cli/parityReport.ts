// A replay's outcome as one line for people.

import type { ReplayReport } from "../ppo/replay";

/** E.g. `runs/full  wasm  2 steps  statistics 0.007 (objective/kl step 2)  scores 4.8e-7  weights p99.9 2.4e-7 max 4.9e-7  OK` */
export function reportLine(name: string, engine: string, report: ReplayReport): string {
  const { statistics, scores, weights, problems, steps } = report;
  const parts = [
    name,
    engine,
    `${steps} step${steps === 1 ? "" : "s"}`,
    `statistics ${statistics.multiple.toPrecision(2)} of tolerance (${statistics.key} step ${statistics.step})`,
    scores === null ? "scores not recomputed (no reward weights)" : `scores ${scores.toExponential(1)}`,
    `weights p99.9 ${weights.p999.toExponential(1)} max ${weights.max.toExponential(1)}`,
  ];
  if (weights.stepsCompared < steps) parts.push(`weights of ${weights.stepsCompared} of ${steps} steps`);
  if (report.ignoredOptions.length > 0) parts.push(`options not replayed: ${report.ignoredOptions.join(" ")}`);
  parts.push(problems.length === 0 ? "OK" : `FAIL: ${problems.join("; ")}`);
  return parts.join("  ");
}
