// A snapshot's two files as small parts with checksums, so that neither storing nor checking them ever holds up the page.

import { crc32Number } from "../../src/crc32";
import type { RunSnapshot } from "../../src/worker/protocol";
import type { SnapshotPointer } from "./runRow";

/** A part's CRC-32 and its copy into the database take a few milliseconds each. */
export const PART_BYTES = 2 ** 18;

/** Parts of the state's file, then of the tensors'. Views, no copies. */
export function partsOf({ state, tensors }: RunSnapshot): Uint8Array[] {
  return [...slices(state), ...slices(tensors)];
}

function slices(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / PART_BYTES) }, (_, i) => bytes.subarray(i * PART_BYTES, (i + 1) * PART_BYTES));
}

/** CRC-32 of each part. */
export async function checksumsOf(parts: readonly Uint8Array[]): Promise<number[]> {
  const sums: number[] = [];
  for (const part of parts) {
    sums.push(crc32Number(part));
    await nextTask();
  }
  return sums;
}

/** The snapshot of these parts; null when one is missing, short or changed. */
export async function assemble(
  { stepsDone, stateBytes, tensorBytes, checksums }: SnapshotPointer,
  parts: readonly unknown[],
): Promise<RunSnapshot | null> {
  const bytes = parts.filter((part) => part instanceof Uint8Array);
  const size = bytes.reduce((sum, part) => sum + part.length, 0);
  if (bytes.length !== parts.length || parts.length !== checksums.length || size !== stateBytes + tensorBytes) return null;
  const found = await checksumsOf(bytes);
  if (found.some((sum, i) => sum !== checksums[i])) return null;
  const whole = new Uint8Array(size);
  let place = 0;
  for (const part of bytes) {
    whole.set(part, place);
    place += part.length;
  }
  return { stepsDone, state: whole.slice(0, stateBytes), tensors: whole.slice(stateBytes) };
}

/** After what waits now: the visitor's clicks, the next frame, the run's messages. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
