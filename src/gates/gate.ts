// What every gate answers: may the run start, why, and the evidence a view shows.

import type { LocalText } from "../localText";

/** `stop`: the run would fail or mean nothing; `warn`: it will run, and this is likely to spoil it. */
export type Verdict = "pass" | "warn" | "stop";

export interface GateResult<Id extends string, Evidence> {
  readonly id: Id;
  readonly verdict: Verdict;
  /** One or two sentences: what was found and what to do. */
  readonly finding: LocalText;
  readonly evidence: Evidence;
}
