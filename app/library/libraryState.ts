// What the page knows about its stored runs. Plain data.

import type { RunSnapshot } from "../../src/worker/protocol";
import type { DamagedRow, RunRow } from "./runRow";

/**
 * Whether this tab stores runs: it does; another tab does and this one waits; the browser stores nothing here; not known yet.
 */
export type Access = "pending" | "own" | "foreign" | "none";

/** The newest run can go on where it was left. */
export interface Offer {
  readonly row: RunRow;
  /** After which it goes on; null: its snapshots are damaged, and only its steps can be looked at. */
  readonly stepsDone: number | null;
  /** Its newest snapshot is damaged, so it goes on from the one before. */
  readonly fellBack: boolean;
}

/** Bytes that this site uses, and may use; null where the browser does not say. */
export interface Space {
  readonly used: number | null;
  readonly quota: number | null;
  /** The browser promised not to clear it by itself. */
  readonly persisted: boolean;
}

export interface SaveProblem {
  readonly kind: "quota" | "failed";
  readonly message: string;
  readonly space: Space;
  /** Newer than what is stored. */
  readonly unsaved: RunSnapshot | null;
  /** The visitor has read it. */
  readonly read: boolean;
}

export interface LibraryState {
  readonly access: Access;
  /** The run worked on last comes first; null before they are read. */
  readonly entries: readonly (RunRow | DamagedRow)[] | null;
  readonly offer: Offer | null;
  readonly problem: SaveProblem | null;
  /** To be deleted when the next run begins, unless it is pinned. */
  readonly leaving: RunRow | null;
  /** The stored run that the page's run is kept as. */
  readonly current: number | null;
  readonly space: Space | null;
  /** The list is on the page. */
  readonly open: boolean;
}

export const INITIAL_LIBRARY: LibraryState = {
  access: "pending",
  entries: null,
  offer: null,
  problem: null,
  leaving: null,
  current: null,
  space: null,
  open: false,
};
