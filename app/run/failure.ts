// What went wrong, as the page shows it, and what the run can do about it.

import { RemoteError } from "../../src/worker/protocol";

/** Back to a state of the run that is still there. */
export interface WayBack {
  /** PPO steps that it had done. */
  readonly stepsDone: number;
  /** To go on with; null: as it was. */
  readonly learningRate: number | null;
}

export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
  /** Of a RewardApiError, see src/errors.ts; else null. */
  readonly problem: string | null;
  /** For a run that has stopped; null: there is none, or the run only waits. */
  readonly wayBack: WayBack | null;
}

export function failureOf(reason: unknown): Failure {
  if (!(reason instanceof Error)) return { name: "Error", message: String(reason), stack: null, problem: null, wayBack: null };
  const problem = reason instanceof RemoteError ? reason.fields["problem"] : null;
  const { name, message, stack } = reason;
  return { name, message, stack: stack ?? null, problem: typeof problem === "string" ? problem : null, wayBack: null };
}

/** The browser is offline, and the next step would need a server elsewhere. Nothing was asked. */
export class OfflineError extends Error {
  override readonly name = "OfflineError";
}

/** Before a run has begun: errors that the visitor's own options cause. */
export const CORRECTABLE: ReadonlySet<string> = new Set(["ConfigError", "RewardApiError", "OfflineError"]);
/** The run is whole and waits; the step under way was undone in the worker, or not begun. */
export const WAITS: ReadonlySet<string> = new Set(["RewardApiError", "OfflineError"]);
/** The worker and all that it held is gone. */
export const WORKER_GONE: ReadonlySet<string> = new Set(["WorkerCrashError", "WorkerHungError"]);
