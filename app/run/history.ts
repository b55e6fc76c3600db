// Which steps are kept in full: the newest, and of the older ones every so many.

import type { StepRecord } from "../../src/records";

/** At most NEWEST_KEPT + OLDER_KEPT records; a record of 128 responses takes about 0.5 MB. */
export const NEWEST_KEPT = 40;
export const OLDER_KEPT = 40;

/**
 * `records` (ascending by step) with `record` behind. When more than `OLDER_KEPT` are older than the newest ones, those stay whose
 * step is a multiple of a stride that doubles as the run goes on; the first step always stays.
 */
export function keepRecord(records: readonly StepRecord[], record: StepRecord): readonly StepRecord[] {
  const all = [...records.filter(({ step }) => step < record.step), record];
  const older = all.slice(0, Math.max(0, all.length - NEWEST_KEPT));
  if (older.length <= OLDER_KEPT) return all;
  let stride = 2;
  while (older.filter(({ step }) => step % stride === 0).length > OLDER_KEPT) stride *= 2;
  return [...older.filter(({ step }) => step % stride === 0), ...all.slice(older.length)];
}

/** The kept record of `step`, or the nearest kept one. */
export function nearestRecord(records: readonly StepRecord[], step: number): StepRecord | null {
  let nearest: StepRecord | null = null;
  for (const record of records) if (nearest === null || Math.abs(record.step - step) < Math.abs(nearest.step - step)) nearest = record;
  return nearest;
}
