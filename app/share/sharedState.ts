// Everything that a link can hold: what run it is, what of it is looked at, and how a teacher wants the page to be.

import type { LabConfig } from "../../src/config";
import type { EngineName } from "../../src/engine/engine";
import type { EngineRequest } from "../run/runState";
import type { ViewState } from "../view/viewState";
import type { ControlGroup } from "./controlGroups";

/** What a run's first PPO step came to, and on which engine; see fingerprint.ts. */
export interface Fingerprint {
  readonly engine: EngineName;
  /** 8 hexadecimal digits. */
  readonly sum: string;
}

export interface SharedState extends ViewState {
  /** null: nothing is said about the run, only about what to look at. */
  readonly scenario: string | null;
  /** Options that differ from the scenario's defaults, the seed among them. */
  readonly config: Partial<LabConfig>;
  /** CRC-32 of these defaults: another version of the lab may have others. */
  readonly defaults: string | null;
  /** What the sender asked for, not what ran. */
  readonly engine: EngineRequest;
  /** null: the sender's run had no first step. */
  readonly fingerprint: Fingerprint | null;
  /** The recording looked at, as a path below the page's folder; null: a live run. */
  readonly recording: string | null;
  /** A teacher's words above the page; empty for none. */
  readonly title: string;
  readonly hidden: readonly ControlGroup[];
  readonly locked: readonly ControlGroup[];
  /** Laid out for a frame in another page. */
  readonly embed: boolean;
}
