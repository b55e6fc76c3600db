// When a run is worth a full snapshot, and which runs stay. Plain rules, without a database.

import { type DamagedRow, isDamaged, type RunRow } from "./runRow";

/** PPO steps and milliseconds that both have to pass between two snapshots of a run that is left alone. */
export const SNAPSHOT_STEPS = 5;
export const SNAPSHOT_GAP = 10_000;
/** After a failed write the next try waits so many milliseconds. */
export const RETRY_GAP = 10_000;

/** Runs kept; when another begins, the oldest that is not pinned is announced, and deleted when the one after it begins. */
export const KEPT_RUNS = 20;
/** So that there is always room for new ones. */
export const PINNED_RUNS = 15;

export interface SinceSnapshot {
  /** null: there is none yet. */
  readonly steps: number | null;
  /** Milliseconds. */
  readonly time: number;
  /** The run ends here or somebody drives it by hand; an option was turned; the page went out of sight. */
  readonly resting: boolean;
  readonly turned: boolean;
  readonly hidden: boolean;
}

export function snapshotDue({ steps, time, resting, turned, hidden }: SinceSnapshot): boolean {
  return steps === null || resting || turned || hidden || (steps >= SNAPSHOT_STEPS && time >= SNAPSHOT_GAP);
}

/** What is to be done before a run begins. */
export interface Tidying {
  /** Announced earlier: to be deleted now. */
  readonly remove: readonly number[];
  /** To be announced now. */
  readonly announce: RunRow | null;
}

/** @param entries newest first */
export function tidy(entries: readonly (RunRow | DamagedRow)[]): Tidying {
  const rows = entries.filter((entry): entry is RunRow => !isDamaged(entry));
  const remove = rows.filter((row) => row.leaving && !row.pinned).map(({ id }) => id);
  const staying = rows.filter(({ id }) => !remove.includes(id));
  const announce = staying.length >= KEPT_RUNS ? (staying.findLast(({ pinned }) => !pinned) ?? null) : null;
  return { remove, announce };
}
