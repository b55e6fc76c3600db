// How much of the browser's space this site uses.

import type { Space } from "./libraryState";

/** Pages that did not come safely are told nothing of it. */
export async function spaceNow(): Promise<Space> {
  const storage: StorageManager | undefined = navigator.storage;
  if (storage === undefined) return { used: null, quota: null, persisted: false };
  const { usage = null, quota = null } = await storage.estimate().catch((): StorageEstimate => ({}));
  return { used: usage, quota, persisted: await storage.persisted().catch(() => false) };
}
