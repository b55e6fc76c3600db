// Answers whether a built file is still up to date with the sources it was made from.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Newest modification time in milliseconds of a file or of anything below a folder; 0 when it does not exist.
 * @param {string} path
 * @returns {number}
 */
export function newestChange(path) {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  // A folder's own time changes when a file in it is removed or renamed.
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), stats.mtimeMs);
}

/**
 * True when `target` exists and is newer than every one of `sources`.
 * @param {string} target
 * @param {readonly string[]} sources
 */
export function isUpToDate(target, sources) {
  if (!existsSync(target)) return false;
  const built = statSync(target).mtimeMs;
  return sources.every((source) => newestChange(source) <= built);
}
